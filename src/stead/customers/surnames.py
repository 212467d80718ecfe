"""How Chinese surnames are read: characters with a reading of their own as a surname, and pairs of them."""


def _table(text: str) -> dict[str, tuple[str, ...]]:
    """Surname to readings, from "欧阳 ou-yang, 单 shan dan": the usual one first, each in its syllables."""
    rows = (entry.split() for entry in text.split(","))
    return {surname: tuple(reading.replace("-", " ") for reading in readings) for surname, *readings in rows}


# Characters that are read in another way when they are a surname. Where families differ, or where people who
# do not know the name read it otherwise, those readings follow.
SINGLE = _table(
    """
    阚 kan, 薄 bo bao, 乜 nie mie, 祭 zhai ji, 佴 nai er, 藏 zang cang, 都 du dou, 句 gou ju,
    单 shan dan, 仇 qiu chou, 解 xie jie, 曾 zeng ceng, 查 zha cha, 盖 ge gai, 区 ou qu, 朴 piao pu,
    任 ren, 华 hua, 召 shao zhao, 尉 wei yu, 乐 yue le, 缪 miao mou, 种 chong zhong, 燕 yan,
    员 yun yuan, 折 she zhe, 翟 zhai di, 覃 qin tan, 秘 bi mi, 冼 xian, 宁 ning, 卜 bu bo, 牟 mu mou,
    万 wan mo, 黑 he hei, 繁 po fan, 逄 pang, 逢 pang feng, 隗 wei kui, 郗 xi chi, 重 chong zhong,
    谌 chen shen, 郇 xun huan, 莘 shen xin, 蔚 yu wei, 贲 ben bi, 费 fei bi, 宓 mi fu, 郄 qie xi, 纪 ji,
    洗 xian xi, 葛 ge, 柏 bai bo, 盛 sheng cheng, 褚 chu zhu, 瞿 qu ju, 令 ling, 钭 tou dou,
    长 zhang chang, 谷 gu yu, 车 che ju, 相 xiang, 角 jue jiao, 行 xing hang heng, 冯 feng ping,
    石 shi dan, 沈 shen chen, 於 yu wu, 那 na nuo, 哈 ha, 大 da dai, 能 nai neng, 适 kuo shi, 食 yi shi,
    难 ning nan, 过 guo, 应 ying, 强 qiang jiang, 晟 cheng sheng, 隽 juan jun, 颉 xie jie, 载 zai dai,
    撒 sa, 幺 yao, 么 yao me mo, 不 fou bu, 会 gui hui kuai, 宿 su xiu, 降 xiang jiang, 塔 ta, 阿 a e,
    粘 nian zhan, 苫 shan, 荥 xing ying, 贾 jia gu, 厍 she, 库 she ku, 台 tai, 于 yu, 占 zhan, 卒 zu,
    呙 guo, 囊 nang, 夏 xia, 朝 chao zhao, 晁 chao, 汤 tang, 涂 tu, 澹 tan dan, 濮 pu, 率 shuai lv,
    殷 yin, 父 fu, 甯 ning, 阙 que, 暴 bao, 红 hong gong, 粥 yu zhou, 芮 rui, 蕃 pi fan bo, 訾 zi,
    鲜 xian, 系 xi, 舍 she, 术 zhu shu, 咎 gao jiu, 说 yue shuo, 洞 tong dong, 睢 sui, 校 xiao jiao,
    观 guan, 弹 tan dan, 称 chen cheng, 着 zhuo, 揭 jie qi, 盘 pan, 铅 yan qian, 沓 ta da, 囤 tun dun,
    参 can shen, 佛 fo, 伽 qie jia
    """
)
# Surnames of two characters: those of the Hundred Family Surnames, of the census and of history.
COMPOUND = _table(
    """
    欧阳 ou-yang, 上官 shang-guan, 司马 si-ma, 诸葛 zhu-ge, 司徒 si-tu, 司空 si-kong, 东方 dong-fang,
    皇甫 huang-fu, 尉迟 yu-chi wei-chi, 公孙 gong-sun, 慕容 mu-rong, 司寇 si-kou, 令狐 ling-hu,
    宇文 yu-wen, 长孙 zhang-sun chang-sun, 夏侯 xia-hou, 轩辕 xuan-yuan, 单于 chan-yu dan-yu shan-yu,
    端木 duan-mu, 百里 bai-li, 东郭 dong-guo, 南宫 nan-gong, 呼延 hu-yan, 仲孙 zhong-sun,
    万俟 mo-qi wan-si wan-qi, 澹台 tan-tai dan-tai, 闻人 wen-ren, 独孤 du-gu, 鲜于 xian-yu,
    钟离 zhong-li, 申屠 shen-tu, 太史 tai-shi, 第五 di-wu, 赫连 he-lian, 公冶 gong-ye, 宗政 zong-zheng,
    濮阳 pu-yang, 淳于 chun-yu, 太叔 tai-shu, 公羊 gong-yang, 乐正 yue-zheng le-zheng, 亓官 qi-guan,
    夹谷 jia-gu jia-yu, 宰父 zai-fu, 谷梁 gu-liang yu-liang, 榖梁 gu-liang, 拓跋 tuo-ba tuo-bo,
    完颜 wan-yan, 叶赫 ye-he, 纳兰 na-lan, 南门 nan-men, 西门 xi-men, 东门 dong-men, 北堂 bei-tang,
    左丘 zuo-qiu, 梁丘 liang-qiu, 公西 gong-xi, 漆雕 qi-diao, 壤驷 rang-si, 颛孙 zhuan-sun, 巫马 wu-ma,
    段干 duan-gan, 相里 xiang-li, 耶律 ye-lv ye-lu, 哥舒 ge-shu, 贺兰 he-lan, 羊舌 yang-she,
    微生 wei-sheng, 子车 zi-ju zi-che, 屈突 qu-tu, 仆固 pu-gu, 沮渠 ju-qu, 秃发 tu-fa,
    叱干 chi-gan, 公良 gong-liang, 南荣 nan-rong, 公伯 gong-bo, 公仪 gong-yi, 歐陽 ou-yang, 諸葛 zhu-ge,
    司馬 si-ma, 東方 dong-fang, 尉遲 yu-chi wei-chi, 公孫 gong-sun, 長孫 zhang-sun chang-sun,
    單于 chan-yu dan-yu shan-yu, 澹臺 tan-tai dan-tai, 鮮于 xian-yu
    """
)
# Surnames in traditional characters, with those that say how they are read.
TRADITIONAL = dict(
    zip(
        "單區樸蓋闞員樂長寧華萬種繆諶費賁紀車馮適難過應強雋頡載會賈庫",
        "单区朴盖阚员乐长宁华万种缪谌费贲纪车冯适难过应强隽颉载会贾库",
        strict=True,
    )
)
# Characters of names that the dictionary of readings does not have.
READINGS = {"𠮷": "ji", "㐂": "xi"}
