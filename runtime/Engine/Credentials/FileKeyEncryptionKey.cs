using System.Security.Cryptography;
using Yyc3.Connectors.Runtime.State;

namespace Yyc3.Connectors.Runtime.Credentials;

/// <summary>The default: 32 random bytes in a file that only the runtime's user can read, made on first start.</summary>
internal sealed class FileKeyEncryptionKey : KeyEncryptionKey
{
    private static readonly byte[] Purpose = "yyc3.connectors data key"u8.ToArray();
    private readonly byte[] _key;

    public FileKeyEncryptionKey(StateOptions options)
    {
        PrivateFolder.Create(options.RuntimeDirectory);
        var path = Path.Combine(options.RuntimeDirectory, "master.key");
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

    /// <summary>Written beside and renamed, so that a crash never leaves half a key that later secrets would depend on.</summary>
    private static byte[] Make(string path)
    {
        var key = RandomNumberGenerator.GetBytes(32);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        var temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        using (var file = new FileStream(temporary, options))
        {
            file.Write(key);
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path);
        return key;
    }
}
