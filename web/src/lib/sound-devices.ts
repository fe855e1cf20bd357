/* Which microphone and speaker this machine uses: chosen once, kept in the browser, not in the account. */

export interface SoundDevices {
  microphones: MediaDeviceInfo[];
  speakers: MediaDeviceInfo[];
}

const MICROPHONE = "zuoxi.microphone-device";
const SPEAKER = "zuoxi.speaker-device";

/** "" is the system's own choice. */
export const chosenMicrophone = (): string => localStorage.getItem(MICROPHONE) ?? "";
export const chosenSpeaker = (): string => localStorage.getItem(SPEAKER) ?? "";
export const chooseMicrophone = (device: string): void => localStorage.setItem(MICROPHONE, device);
export const chooseSpeaker = (device: string): void => localStorage.setItem(SPEAKER, device);

/** What is plugged in; names are there only once the microphone was allowed. */
export async function soundDevices(): Promise<SoundDevices> {
  const all = await navigator.mediaDevices.enumerateDevices();
  const of = (kind: MediaDeviceKind) =>
    all.filter((one) => one.kind === kind && one.deviceId !== "default" && one.deviceId !== "communications");
  return { microphones: of("audioinput"), speakers: of("audiooutput") };
}

/** Whether this browser can send sound to another speaker than the system's. */
export const canChooseSpeaker = (): boolean => "setSinkId" in HTMLMediaElement.prototype;

/** Plays an element's sound there; a speaker that was unplugged leaves it with the system's own. */
export async function speakTo(element: HTMLAudioElement, device: string): Promise<void> {
  if (!canChooseSpeaker()) return;
  await element.setSinkId(device).catch(() => element.setSinkId(""));
}
