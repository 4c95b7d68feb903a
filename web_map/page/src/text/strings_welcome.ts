// The words of a register's first administrator.

export const welcomeZh = {
  welcome_title: '设立首位管理员',
  welcome_note: '本系统还没有管理员。这里设立的账号管理全区，并为其他人开设账号。链接一小时内有效，只能使用一次。',
  welcome_again: '再次输入密码',
  welcome_differs: '两次输入的密码不一致。',
  welcome_name_hint: '不含空格、冒号和斜杠',
  welcome_do: '设立并登录',
  welcome_failed: '账号没有设立',
  problem_wrong_first_link: '这不是最新的链接：服务每次启动，或执行 yiwang account link，都会生成新链接，旧链接随即失效。',
  problem_first_link_expired: '链接已过期：在服务器上执行 yiwang account link 可生成新的。',
  problem_first_link_used: '这个链接已经用过了，请直接登录。',
  problem_administrator_exists: '已有管理员，请向管理员申请账号。',
  problem_account_name_taken: '已有同名账号，请换一个名称。',
} as const

export const welcomeEn: Record<keyof typeof welcomeZh, string> = {
  welcome_title: 'The first administrator',
  welcome_note: 'There is no administrator yet. The account that you make here rules the whole district and makes accounts for everybody else. The link is good for an hour and one use.',
  welcome_again: 'Password again',
  welcome_differs: 'The two passwords differ.',
  welcome_name_hint: 'without blanks, colons and slashes',
  welcome_do: 'Make it and sign in',
  welcome_failed: 'No account was made',
  problem_wrong_first_link: 'This is not the newest link: each start of the server, and yiwang account link, make another and end the one before.',
  problem_first_link_expired: 'The link has expired: yiwang account link on the server makes a new one.',
  problem_first_link_used: 'This link was used already: please sign in.',
  problem_administrator_exists: 'There is an administrator already: ask them for an account.',
  problem_account_name_taken: 'There is an account of this name: take another.',
}
