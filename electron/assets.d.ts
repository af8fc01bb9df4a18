// Pictures that the build carries inside the bundle as data addresses.
declare module '*.png?inline' {
  const address: string
  export default address
}
