using System.Security.Cryptography;
using System.Text;
using Yyc3.Connectors.Runtime.Credentials;
using Yyc3.Connectors.Runtime.Tests.Fixtures;

namespace Yyc3.Connectors.Runtime.Tests.Credentials;

/// <summary>Secrets at rest.</summary>
public sealed class CredentialTests : IAsyncLifetime
{
    private static readonly byte[] Secret = "s3cr3t"u8.ToArray();
    private StateBox _box = null!;
    private DataKeyStore _keys = null!;
    private CredentialSealer _sealer = null!;

    public async ValueTask InitializeAsync()
    {
        _box = await StateBox.CreateAsync();
        (_keys, _sealer) = Open();
    }

    public ValueTask DisposeAsync()
    {
        _box.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task What_is_sealed_opens_in_the_same_row()
    {
        var value = await SealAsync();
        Assert.Equal(Secret, await _sealer.OpenAsync("default", "row-1", value, default));
        Assert.DoesNotContain("s3cr3t", Encoding.Latin1.GetString(value), StringComparison.Ordinal);
        Assert.NotEqual(value, await SealAsync());
    }

    [Theory]
    [InlineData("default", "row-2")]
    [InlineData("acme", "row-1")]
    [InlineData("default\nrow-1", "")]
    public async Task Value_moved_to_another_row_or_tenant_does_not_open(string tenant, string row)
    {
        var value = await SealAsync();
        await SealAsync("acme");
        await Assert.ThrowsAnyAsync<CryptographicException>(async () =>
            await _sealer.OpenAsync(tenant, row, value, default)
        );
    }

    [Fact]
    public async Task Every_changed_byte_is_noticed()
    {
        var value = await SealAsync();
        for (var i = 0; i < value.Length; i++)
        {
            var damaged = value.ToArray();
            damaged[i] ^= 1;
            await Assert.ThrowsAnyAsync<CryptographicException>(async () =>
                await _sealer.OpenAsync("default", "row-1", damaged, default)
            );
        }
    }

    [Fact]
    public async Task Every_cut_value_is_noticed()
    {
        var value = await SealAsync();
        for (var length = 0; length < value.Length; length++)
        {
            await Assert.ThrowsAnyAsync<CryptographicException>(async () =>
                await _sealer.OpenAsync("default", "row-1", value.AsMemory(0, length), default)
            );
        }
    }

    [Fact]
    public async Task After_rotation_old_values_open_and_new_ones_use_the_new_key()
    {
        var old = await SealAsync();
        var rotated = await _keys.RotateAsync("default", default);
        Assert.Equal(rotated, await _keys.CurrentAsync("default", default));
        var young = await SealAsync();
        Assert.NotEqual(old[1..9], young[1..9]);

        // Also in a process that has unwrapped none of them yet.
        (_keys, _sealer) = Open();
        Assert.Equal(Secret, await _sealer.OpenAsync("default", "row-1", old, default));
        Assert.Equal(Secret, await _sealer.OpenAsync("default", "row-1", young, default));
        Assert.Equal(rotated.Id, (await _keys.CurrentAsync("default", default)).Id);
    }

    [Fact]
    public async Task Callers_that_need_a_tenants_first_key_at_once_get_the_same_one()
    {
        var keys = await Task.WhenAll(
            Enumerable.Range(0, 16).Select(_ => Task.Run(async () => await Open().Keys.CurrentAsync("acme", default)))
        );
        Assert.Single(keys.Select(key => key.Id).Distinct());
        Assert.Equal(1, await _box.CountAsync("data_keys"));
    }

    [Fact]
    public async Task Secrets_of_an_integration_are_saved_sealed_and_come_back()
    {
        var secrets = new Dictionary<string, string>(StringComparer.Ordinal) { ["password"] = "pässwörd\n" };
        var store = new CredentialStore(_box.Store, _sealer);
        await _box.ExecuteAsync(
            "insert into integrations values ('int-1', 'default', '', '', '', '', 'active', '{}', '{}', '{}', 'None', 1, 0, 0, null)"
        );
        var value = await store.SealAsync("default", "int-1", secrets, default);
        await _box.Store.WriteAsync(
            async transaction =>
            {
                await CredentialStore.SaveAsync(transaction, "int-1", value);
                return 0;
            },
            default
        );
        Assert.Equal(secrets, await store.LoadAsync("default", "int-1", default));
        Assert.Empty(await store.LoadAsync("default", "int-2", default));
        await Assert.ThrowsAnyAsync<CryptographicException>(async () =>
            await store.LoadAsync("acme", "int-1", default)
        );
    }

    [Fact]
    public async Task Content_keys_are_found_by_id_and_only_by_their_tenant()
    {
        var first = await _keys.CurrentAsync("default", default);
        var foreign = await _keys.CurrentAsync("acme", default);
        var second = await _keys.RotateAsync("default", default);
        var keys = new ContentKeys("default", second, _keys);
        Assert.Equal(second.Id.ToString(System.Globalization.CultureInfo.InvariantCulture), keys.Current.Id);
        Assert.Equal(32, keys.Current.Material.Length);

        var old = new ContentKeys("default", first, _keys).Current;
        Assert.Equal(old.Material.ToArray(), keys.Find(old.Id)!.Material.ToArray());
        Assert.NotEqual(old.Material.ToArray(), keys.Current.Material.ToArray());
        Assert.NotEqual(second.Material, keys.Current.Material.ToArray());
        Assert.Null(keys.Find(foreign.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        Assert.All(["999", "", "x", "-1", "+1", "1 "], id => Assert.Null(keys.Find(id)));
    }

    private ValueTask<byte[]> SealAsync(string tenant = "default") =>
        _sealer.SealAsync(tenant, "row-1", Secret, default);

    private (DataKeyStore Keys, CredentialSealer Sealer) Open()
    {
        var keys = new DataKeyStore(_box.Store, new FileKeyEncryptionKey(_box.Options), _box.Clock);
        return (keys, new CredentialSealer(keys));
    }
}
