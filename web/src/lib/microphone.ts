/* The microphone, asked for before an agent goes ready, so that a missing one is told in words and not in silence. */

import { chosenMicrophone } from "@/lib/sound-devices";

export type MicrophoneFault = "insecure" | "missing" | "denied" | "busy" | "failed";

export class MicrophoneError extends Error {
  constructor(readonly fault: MicrophoneFault) {
    super(fault);
    this.name = "MicrophoneError";
  }
}

const faults: Record<string, MicrophoneFault> = {
  NotAllowedError: "denied",
  SecurityError: "denied",
  NotFoundError: "missing",
  OverconstrainedError: "missing",
  NotReadableError: "busy",
  AbortError: "busy",
};

const STORED = "zuoxi.microphone";

/** Whether this browser takes the microphone as it is, for headsets that clean their sound themselves. */
export const isPlain = (): boolean => localStorage.getItem(STORED) === "plain";
export const setPlain = (plain: boolean): void => localStorage.setItem(STORED, plain ? "plain" : "cleaned");

/** Opens the microphone. Raises MicrophoneError with what is wrong. */
export async function openMicrophone(): Promise<MediaStream> {
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (!devices) throw new MicrophoneError("insecure");
  try {
    const cleaned = !isPlain();
    const device = chosenMicrophone();
    return await devices.getUserMedia({
      audio: {
        echoCancellation: cleaned,
        noiseSuppression: cleaned,
        autoGainControl: cleaned,
        // one that was unplugged since leaves the system's own
        ...(device && { deviceId: { ideal: device } }),
      },
    });
  } catch (error) {
    throw new MicrophoneError(faults[(error as DOMException).name] ?? "failed");
  }
}
