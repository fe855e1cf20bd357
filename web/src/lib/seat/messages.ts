import { define } from "@/lib/text";

/** Words of the seat: taking it, its phone and microphone, the states of an agent. */
export const seatMessages = define({
  // seat
  seatTitle: ["签入坐席", "Take your seat"],
  seatHint: ["选择今天用哪种话机接听。", "Choose the phone you will answer with today."],
  seatBrowser: ["浏览器话机", "Phone in this page"],
  seatBrowserHint: ["戴上耳机即可，声音就在本页里。", "Put on your headset: the sound is in this page."],
  seatSip: ["SIP 话机", "SIP phone"],
  seatSipHint: [
    "桌面话机或软电话，用下面给出的账号注册。",
    "A desk phone or soft phone, with the account shown below.",
  ],
  seatNumber: ["普通电话（居家）", "Ordinary telephone (at home)"],
  seatNumberHint: [
    "来电会打到这个号码，接起后按 1 接听；号码由管理员登记。",
    "Calls ring this number: lift, then press 1. An administrator keeps the number.",
  ],
  takeSeat: ["签入", "Take seat"],
  leaveSeat: ["签出", "Leave seat"],
  sipAccount: ["SIP 话机账号（本次签入有效）", "SIP account (valid for this sign-in)"],
  sipServer: ["服务器", "Server"],
  sipUser: ["用户名", "User name"],
  sipPassword: ["密码", "Password"],
  sipHint: [
    "话机注册成功后即可示闲；来电时请摘机。",
    "Once the phone has registered, go ready; lift it when it rings.",
  ],
  copied: ["已复制", "Copied"],
  // microphone and phone
  micMissing: ["没有找到麦克风", "No microphone was found"],
  micMissingDo: ["请插好耳机或麦克风，再点「重试」。", "Plug in your headset or microphone, then try again."],
  micDenied: ["浏览器不允许使用麦克风", "The browser does not allow the microphone"],
  micDeniedDo: [
    "点地址栏左侧的图标，把「麦克风」改为允许，然后重试。",
    "Click the icon left of the address, allow the microphone, then try again.",
  ],
  micBusy: ["麦克风被其他程序占用", "Another program is using the microphone"],
  micBusyDo: [
    "请关闭占用麦克风的程序（会议、录音软件等）后重试。",
    "Close that program (meetings, recorders) and try again.",
  ],
  micInsecure: [
    "此地址不是安全连接，浏览器不提供麦克风",
    "This address is not secure, so the browser gives no microphone",
  ],
  micInsecureDo: [
    "请用 https 地址（或本机 127.0.0.1）打开，或改用 SIP 话机。",
    "Open the https address (or 127.0.0.1 on the server), or use a SIP phone.",
  ],
  micFailed: ["麦克风打不开", "The microphone could not be opened"],
  micFailedDo: [
    "请检查耳机与系统声音设置后重试。",
    "Check the headset and the system's sound settings, then try again.",
  ],
  phoneConnecting: ["话机连接中", "Phone connecting"],
  phoneReady: ["话机就绪", "Phone ready"],
  phoneRefused: ["话机注册失败", "Phone refused"],
  phoneNotReady: ["话机还没有连上，请稍候再示闲。", "The phone is not connected yet. Please wait a moment."],
  phoneLost: [
    "话机连不上，正在重试；通话声音可能不受影响。",
    "The phone lost its line and is trying again; a call may still be heard.",
  ],
  microphoneLost: ["麦克风断开了", "The microphone was unplugged"],
  soundBlocked: [
    "浏览器暂时不让本页发声，点一下打开铃声",
    "The browser keeps this page silent: click to turn the ring on",
  ],
  // state
  ready: ["示闲", "Ready"],
  notReady: ["示忙", "Not ready"],
  state_signed_out: ["未签入", "Signed out"],
  state_not_ready: ["示忙", "Not ready"],
  state_ready: ["空闲", "Ready"],
  state_offered: ["振铃", "Ringing"],
  state_talking: ["通话中", "Talking"],
  state_assisting: ["协助中", "Assisting"],
  state_wrap_up: ["话后整理", "Wrap-up"],
  goReady: ["示闲接听", "Go ready"],
  chooseReason: ["示忙原因", "Why not ready?"],
  afterCall: ["当前通话结束后生效", "Takes effect after this call"],
  connecting: ["正在连接…", "Connecting…"],
  disconnected: [
    "与服务器的连接断开，正在重连；通话不受影响。",
    "The connection broke and is being restored; your call goes on.",
  ],
  replaced: ["您已在另一个窗口打开坐席", "Your desk is open in another window"],
  replacedHint: ["同一账号同时只能用一个窗口接听。", "Calls are answered in one window at a time."],
  useHere: ["在这里使用", "Use it here"],
  refusedTitle: ["此账号不能使用坐席", "This account may not use the desk"],
  deadline: ["服务器没有及时回应，请再试一次。", "No answer in time. Please try again."],
  incoming: ["来电", "Incoming call"],
  // where a call may go
  targetSearch: ["姓名、工号或队列", "Name, number or queue"],
  targetSearchNumber: ["姓名、工号，或直接输入外线号码", "Name, number, or an outside number"],
  targets_agents: ["坐席", "Agents"],
  targets_queues: ["队列", "Queues"],
  targets_numbers: ["外线号码", "Outside number"],
  noTarget: ["没有匹配的坐席或队列", "No agent or queue matches"],
  targetHint: ["↑↓ 选择，回车确定", "↑↓ to choose, Enter to confirm"],
});
