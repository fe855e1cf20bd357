/* Checking headset and speaker before the shift: what the microphone gives, a recording of it, a tone. */
import { speakTo } from "@/lib/sound-devices";

export type Level = "silent" | "quiet" | "fine" | "loud";

/** What a loudness (0 to 1, root mean square) is worth. Below silent there is no more than the noise of the electronics. */
export function levelOf(loudness: number): Level {
  if (loudness < 0.002) return "silent";
  if (loudness < 0.02) return "quiet";
  return loudness > 0.6 ? "loud" : "fine";
}

/** The loudness of a microphone, ten times a second, until the returned function is called. */
export function follow(stream: MediaStream, hear: (loudness: number) => void): () => void {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 2048;
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    hear(Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length));
  }, 100);
  return () => {
    clearInterval(timer);
    void context.close();
  };
}

/** Records a microphone for so long. */
export function record(stream: MediaStream, milliseconds: number): Promise<Blob> {
  return new Promise((resolve, reject) => {
    const recorder = new MediaRecorder(stream);
    const parts: Blob[] = [];
    recorder.ondataavailable = ({ data }) => parts.push(data);
    recorder.onerror = () => reject(new Error("recording"));
    recorder.onstop = () => resolve(new Blob(parts, { type: recorder.mimeType }));
    recorder.start();
    setTimeout(() => recorder.stop(), milliseconds);
  });
}

/** Plays a sound on a speaker; resolves when it is over. */
export async function play(sound: Blob | MediaStream, speaker: string): Promise<void> {
  const element = new Audio();
  await speakTo(element, speaker);
  const address = sound instanceof Blob ? URL.createObjectURL(sound) : null;
  if (sound instanceof Blob && address) element.src = address;
  else element.srcObject = sound as MediaStream;
  await element.play();
  if (!address) return;
  await new Promise<void>((resolve) => {
    element.onended = () => resolve();
    element.onerror = () => resolve();
  });
  URL.revokeObjectURL(address);
}

/** Two soft tones on a speaker, a second and a half long. */
export async function playTone(speaker: string): Promise<void> {
  const context = new AudioContext();
  const end = context.createMediaStreamDestination();
  const gain = context.createGain();
  gain.gain.value = 0.2;
  gain.connect(end);
  [523, 659].forEach((hertz, index) => {
    const oscillator = context.createOscillator();
    oscillator.frequency.value = hertz;
    oscillator.connect(gain);
    oscillator.start(context.currentTime + index * 0.7);
    oscillator.stop(context.currentTime + index * 0.7 + 0.6);
  });
  await play(end.stream, speaker);
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  await context.close();
}
