// The words of paper: maps, boards and pictures.

export const printZh = {
  print_title: '打印与导出',
  print_name: '标题',
  print_approval: '审图号',
  print_size: '纸张',
  print_map: '网格图（PDF）',
  print_board: '公示牌（PDF）',
  print_boards: '全部公示牌（PDF）',
  print_png: '当前地图（PNG）',
  print_draft: '未发布的方案带“草案”水印。',
  print_failed: '图片没有生成，请再试一次。',
} as const

export const printEn: Record<keyof typeof printZh, string> = {
  print_title: 'Print and export',
  print_name: 'Title',
  print_approval: 'Approval number',
  print_size: 'Paper',
  print_map: 'Map of grids (PDF)',
  print_board: 'Board (PDF)',
  print_boards: 'All boards (PDF)',
  print_png: 'This map (PNG)',
  print_draft: 'A plan that is not published has the watermark DRAFT.',
  print_failed: 'There is no picture: please try again.',
}
