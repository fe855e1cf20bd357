import react from "@vitejs/plugin-react";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

// `npm run dev` serves the pages and passes everything else to a running centre (ZUOXI_ORIGIN, e.g. http://127.0.0.1:8080).
const origin = process.env["ZUOXI_ORIGIN"];
const relay = origin ? { target: origin, ws: true, changeOrigin: true } : undefined;

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  server: { host: "127.0.0.1", ...(relay && { proxy: { "/api": relay, "/desk": relay, "/sip": relay } }) },
  build: { chunkSizeWarningLimit: 1500, reportCompressedSize: false },
});
