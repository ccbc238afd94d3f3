using System.Diagnostics;
using System.Security.Cryptography;
using Yyc3.Connectors.Runtime.State;

namespace Yyc3.Connectors.Runtime.Credentials;

/// <summary>
/// The default: 32 random bytes in a file that only the runtime's user can read, made on first start. Nodes that share a
/// database share the file.
/// </summary>
internal sealed class FileKeyEncryptionKey : KeyEncryptionKey
{
    /// <summary>Making the file takes another node milliseconds.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly byte[] Purpose = "yyc3.connectors data key"u8.ToArray();
    private readonly byte[] _key;

    public FileKeyEncryptionKey(StateOptions options)
    {
        var path = options.KeyFile ?? Path.Combine(options.RuntimeDirectory, "master.key");
        if (options.KeyFile is null)
        {
            PrivateFolder.Create(options.RuntimeDirectory);
        }

        _key = File.Exists(path) ? Read(path) : Make(path);
        Id = "file:" + Convert.ToHexStringLower(SHA256.HashData(_key).AsSpan(0, 4));
    }

    public override string Id { get; }

    public override ValueTask<byte[]> WrapAsync(ReadOnlyMemory<byte> dataKey, CancellationToken cancellationToken) =>
        ValueTask.FromResult(SealedBox.Seal(_key, dataKey.Span, Purpose));

    public override ValueTask<byte[]> UnwrapAsync(
        string id,
        ReadOnlyMemory<byte> wrapped,
        CancellationToken cancellationToken
    ) =>
        string.Equals(id, Id, StringComparison.Ordinal)
            ? ValueTask.FromResult(SealedBox.Open(_key, wrapped.Span, Purpose))
            : throw new CryptographicException(
                $"A data key was wrapped with the key {id}, but the key file holds {Id}: the file was replaced."
            );

    private static byte[] Read(string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            // Copied back from a backup it may have lost what kept others out.
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        var key = File.ReadAllBytes(path);
        return key.Length == 32
            ? key
            : throw new InvalidDataException($"The key file {path} must hold 32 bytes, it holds {key.Length}.");
    }

    /// <summary>
    /// Written beside and renamed, so that a crash never leaves half a key that later secrets would depend on. One node at a
    /// time, since a rename replaces what another has put there meanwhile.
    /// </summary>
    private static byte[] Make(string path)
    {
        using var turn = TakeTurn(path + ".lock");
        if (File.Exists(path))
        {
            return Read(path);
        }

        var key = RandomNumberGenerator.GetBytes(32);
        var temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        using (var file = new FileStream(temporary, Private(FileMode.CreateNew)))
        {
            file.Write(key);
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: false);
        return key;
    }

    /// <summary>The system lets go of the file with the process, however that ends.</summary>
    private static FileStream TakeTurn(string path)
    {
        var options = Private(FileMode.OpenOrCreate);
        options.Share = FileShare.None;
        options.Options = FileOptions.DeleteOnClose;
        var begun = Stopwatch.GetTimestamp();
        var wait = default(SpinWait);
        while (true)
        {
            try
            {
                return new FileStream(path, options);
            }
            catch (IOException fault)
                when (fault is not DirectoryNotFoundException && Stopwatch.GetElapsedTime(begun) < Patience)
            {
                wait.SpinOnce();
            }
        }
    }

    private static FileStreamOptions Private(FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return options;
    }
}
