using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Yyc3.Connectors.LocalFs.Files;

/// <summary>The calls of the C library that .NET does not offer. All but <see cref="Link"/> are used on Linux only.</summary>
internal static partial class Linux
{
    public const int NotPermitted = 1;
    public const int NoEntry = 2;
    public const int IoError = 5;
    public const int AccessDenied = 13;
    public const int Exists = 17;
    public const int CrossDevice = 18;
    public const int NotDirectory = 20;
    public const int IsDirectory = 21;
    public const int NoSpace = 28;
    public const int ReadOnlyFileSystem = 30;
    public const int NameTooLong = 36;
    public const int NotEmpty = 39;
    public const int TooManyLinks = 40;
    public const int OverQuota = 122;

    public const int CurrentFolder = -100;
    public const int EmptyPath = 0x1000;
    public const int NoFollowLink = 0x100;
    public const int MayWriteAndEnter = 3;

    private const int CloseOnExec = 0x80000;
    private const int NonBlocking = 0x800;
    private const int Sequential = 2;

    // These two bits are the ones whose value depends on the processor.
    private static readonly bool HasOwnBits =
        RuntimeInformation.ProcessArchitecture
        is Architecture.Arm64
            or Architecture.Arm
            or Architecture.Armv6
            or Architecture.Ppc64le;

    private static readonly int FolderOnly = HasOwnBits ? 0x4000 : 0x10000;
    private static readonly int NoFollow = HasOwnBits ? 0x8000 : 0x20000;

    /// <summary>Whether descriptors can be used as paths, which is how a checked folder stays the folder that was checked.</summary>
    public static bool IsAvailable { get; } = OperatingSystem.IsLinux() && Directory.Exists("/proc/self/fd");

    public static int LastError => Marshal.GetLastPInvokeError();

    public static SafeFileHandle? OpenRoot(string path) =>
        Wrap(OpenAt(CurrentFolder, path, FolderOnly | CloseOnExec, 0));

    public static SafeFileHandle? OpenFolder(SafeFileHandle parent, string name) =>
        Wrap(OpenAt(Number(parent), name, FolderOnly | NoFollow | CloseOnExec, 0));

    /// <summary>Opens without following a link and without waiting for the other end of a pipe.</summary>
    public static SafeFileHandle? OpenFile(SafeFileHandle parent, string name) =>
        Wrap(OpenAt(Number(parent), name, NoFollow | NonBlocking | CloseOnExec, 0));

    public static int MakeFolder(SafeFileHandle parent, string name) => MakeFolderAt(Number(parent), name, 0x1FF);

    public static int Sync(SafeFileHandle handle) => SyncDescriptor(Number(handle));

    public static int Number(SafeFileHandle handle) => (int)handle.DangerousGetHandle();

    public static void ReadAhead(SafeFileHandle handle) => _ = Advise(Number(handle), 0, 0, Sequential);

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Link(string existing, string name);

    [LibraryImport("libc", EntryPoint = "rename", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Rename(string from, string to);

    [LibraryImport("libc", EntryPoint = "rmdir", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int RemoveFolder(string path);

    [LibraryImport("libc", EntryPoint = "access", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Access(string path, int mode);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Status(int folder, string path, int flags, uint mask, Span<byte> status);

    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenAt(int folder, string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "mkdirat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MakeFolderAt(int folder, string path, int mode);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int SyncDescriptor(int descriptor);

    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    private static partial int Advise(int descriptor, nint offset, nint length, int advice);

    private static SafeFileHandle? Wrap(int descriptor) =>
        descriptor < 0 ? null : new SafeFileHandle(descriptor, ownsHandle: true);
}
