using System.Security.Cryptography;
using Yyc3.Connectors.Runtime.Credentials;
using Yyc3.Connectors.Runtime.State;
using Yyc3.Connectors.Runtime.Tests.Fixtures;

namespace Yyc3.Connectors.Runtime.Tests.Credentials;

/// <summary>The file that every secret hangs on.</summary>
public sealed class KeyFileTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly StateOptions _options;

    public KeyFileTests() => _options = new StateOptions { DataDirectory = _folder.Under("data") };

    private string File0 => Path.Combine(_options.RuntimeDirectory, "master.key");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void File_and_folder_are_for_the_own_user_only()
    {
        _ = new FileKeyEncryptionKey(_options);
        Assert.Equal(32, new FileInfo(File0).Length);
        Assert.Single(Directory.EnumerateFiles(_options.RuntimeDirectory));
        if (!OperatingSystem.IsWindows())
        {
            const UnixFileMode ReadWrite = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            Assert.Equal(ReadWrite, File.GetUnixFileMode(File0));
            Assert.Equal(ReadWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_options.RuntimeDirectory));
        }
    }

    [Fact]
    public async Task Same_file_opens_what_it_wrapped()
    {
        var key = new FileKeyEncryptionKey(_options);
        var wrapped = await key.WrapAsync(new byte[32], default);
        var again = new FileKeyEncryptionKey(_options);
        Assert.Equal(key.Id, again.Id);
        Assert.Equal(new byte[32], await again.UnwrapAsync(key.Id, wrapped, default));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(33)]
    public void Damaged_file_is_refused_by_name(int length)
    {
        _ = new FileKeyEncryptionKey(_options);
        File.WriteAllBytes(File0, new byte[length]);
        var fault = Assert.Throws<InvalidDataException>(() => new FileKeyEncryptionKey(_options));
        Assert.Equal($"The key file {File0} must hold 32 bytes, it holds {length}.", fault.Message);
        Assert.Equal(length, new FileInfo(File0).Length);
    }

    [Fact]
    public async Task Replaced_file_is_told_as_such()
    {
        var key = new FileKeyEncryptionKey(_options);
        var wrapped = await key.WrapAsync(new byte[32], default);
        File.Delete(File0);
        var other = new FileKeyEncryptionKey(_options);
        var fault = await Assert.ThrowsAsync<CryptographicException>(async () =>
            await other.UnwrapAsync(key.Id, wrapped, default)
        );
        Assert.Contains(
            $"wrapped with the key {key.Id}, but the key file holds {other.Id}",
            fault.Message,
            StringComparison.Ordinal
        );
    }
}
