// The words about pictures that adapt: weak connections, a computer that does not manage them all, and how the camera is encoded.
import type { Widened } from './keys.ts'

const en = {
  pictures: {
    weak: '{name}’s connection is weak',
    weakOwn: 'Your connection is weak',
    fewer: 'This computer is busy, so only some pictures are shown.',
    none: 'This computer is busy, so pictures are off. Sound goes on.',
    again: 'Turn pictures on again',
    codec: 'Picture format',
    codecHint: 'Automatic suits every computer. Another format takes effect when your camera starts next.',
    codec_automatic: 'Automatic',
    codec_vp9: 'VP9',
    codec_av1: 'AV1',
    codec_h264: 'H.264',
    codecMissing: 'This computer cannot send {format} pictures. Yours is sent in the usual format.',
    sharedByTwo: 'Two people are sharing already. You can share when one of them stops.',
  },
} as const

const zhCN: Widened<typeof en> = {
  pictures: {
    weak: '{name} 的网络连接不佳',
    weakOwn: '您的网络连接不佳',
    fewer: '此电脑负荷较高，只显示部分画面。',
    none: '此电脑负荷较高，画面已关闭，声音继续。',
    again: '重新开启画面',
    codec: '画面格式',
    codecHint: '“自动”适合所有电脑。其他格式在下次开启摄像头时生效。',
    codec_automatic: '自动',
    codec_vp9: 'VP9',
    codec_av1: 'AV1',
    codec_h264: 'H.264',
    codecMissing: '此电脑无法以 {format} 格式发送画面，将使用通常的格式。',
    sharedByTwo: '已有两人在共享屏幕。其中一人停止后您才能共享。',
  },
}

export const pictureWords = { en, 'zh-CN': zhCN }
