/** Whole rooms, loaded on first use: what commands reach through `ctx.rooms`. */
export const rooms = {
  api: () => import('./api/schemas.ts'),
  apiUrl: () => import('./api/api-url.ts'),
  freeRequest: () => import('./api/free-request.ts'),
  freeAnswer: () => import('./api/free-answer.ts'),
  openApi: () => import('./api/openapi.ts'),
  secrets: () => import('./secrets/index.ts'),
  link: () => import('./link/index.ts'),
  guide: () => import('./guide/index.ts'),
  doctor: () => import('./doctor/index.ts'),
  completion: () => import('./completion/index.ts'),
  deploy: () => import('./deploy/index.ts'),
  input: () => import('./input/index.ts'),
  account: () => import('./account/index.ts'),
  childProcess: () => import('./child-process.ts'),
  sandbox: () => import('./sandbox/index.ts'),
  problem: () => import('./ui/problem.ts'),
} as const;
export type Rooms = typeof rooms;
