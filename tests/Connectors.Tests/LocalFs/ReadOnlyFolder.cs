using System.Diagnostics;

namespace Yyc3.Connectors.Connectors.Tests.LocalFs;

/// <summary>
/// A folder that at times cannot be written: by its mode, or, since that holds up no administrator, by a file system of its own.
/// </summary>
internal sealed class ReadOnlyFolder : IDisposable
{
    private readonly string _path;
    private readonly bool _isMounted;

    public ReadOnlyFolder(string path)
    {
        _path = Directory.CreateDirectory(path).FullName;
        _isMounted = Environment.IsPrivilegedProcess && Mount("-t", "tmpfs", "none", _path);
    }

    /// <summary>It holds up whoever runs the tests.</summary>
    public bool IsEffective => _isMounted || !Environment.IsPrivilegedProcess;

    public void Set(bool isWritable)
    {
        if (_isMounted)
        {
            Assert.True(Mount("-o", isWritable ? "remount,rw" : "remount,ro", _path));
        }
        else if (!OperatingSystem.IsWindows())
        {
            var mode = UnixFileMode.UserRead | UnixFileMode.UserExecute;
            File.SetUnixFileMode(_path, isWritable ? mode | UnixFileMode.UserWrite : mode);
        }
    }

    public void Dispose()
    {
        if (_isMounted)
        {
            Run("umount", "-l", _path);
        }
        else
        {
            Set(isWritable: true);
        }
    }

    private static bool Mount(params string[] arguments) => Run("mount", arguments);

    private static bool Run(string program, params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, arguments) { RedirectStandardError = true, UseShellExecute = false }
        )!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
