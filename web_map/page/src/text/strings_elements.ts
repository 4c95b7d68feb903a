// The words of elements (人地事物组织).

export const elementsZh = {
  elements: '人地事物组织',
  elements_building: '楼内人地事物组织',
  elements_none: '这里没有登记。',
  elements_people: '{count} 人',
  elements_link: '打开文件',
  elements_nobody: '无责任人',
  elements_more: '另有 {count} 项未列出',
} as const

export const elementsEn: Record<keyof typeof elementsZh, string> = {
  elements: 'People, places, things, organisations',
  elements_building: 'People, things and organisations in the building',
  elements_none: 'Nothing is registered here.',
  elements_people: '{count} {count|person|people}',
  elements_link: 'open the document',
  elements_nobody: 'nobody answers',
  elements_more: '{count} more {count|is|are} not listed',
}
