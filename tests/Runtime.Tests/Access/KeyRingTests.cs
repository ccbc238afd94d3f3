using Dapper;
using Yyc3.Connectors.Runtime.Access;
using Yyc3.Connectors.Runtime.Tests.Fixtures;

namespace Yyc3.Connectors.Runtime.Tests.Access;

/// <summary>Who gets in, and for how long after that has ended.</summary>
public sealed class KeyRingTests : IAsyncLifetime
{
    private StateBox _box = null!;
    private ApiKeyStore _keys = null!;
    private KeyRing _ring = null!;

    public async ValueTask InitializeAsync()
    {
        _box = await StateBox.CreateAsync();
        _keys = new ApiKeyStore(_box.Store, _box.Clock);
        _ring = new KeyRing(_keys, _box.Clock);
    }

    public ValueTask DisposeAsync()
    {
        _box.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Key_tells_its_tenant_and_permissions()
    {
        var (key, record) = await AddAsync("integration:read", "integration:test");
        var caller = await FindAsync(key);
        Assert.Equal((record.Id, "acme", false), (caller!.KeyId, caller.TenantId, caller.IsAdmin));
        Assert.Equal(
            ["integration:read", "integration:test"],
            KnownPermission.All.Where(caller.May).Order(StringComparer.Ordinal)
        );
        Assert.False(caller.May("admin"));
        Assert.False(caller.May("unknown"));
        Assert.False(caller.May(""));
    }

    [Fact]
    public async Task Admin_may_everything()
    {
        var key = ApiKeyStore.Make();
        await _keys.AddAsync(key, "admin", "default", [], isAdmin: true, null, default);
        var caller = await FindAsync(key);
        Assert.All([.. KnownPermission.All, "admin"], permission => Assert.True(caller!.May(permission)));
    }

    [Fact]
    public void Every_permission_has_a_bit_of_its_own()
    {
        Assert.Equal(KnownPermission.All.Count, KnownPermission.All.Select(KnownPermission.Bit).Distinct().Count());
        Assert.All(KnownPermission.All, permission => Assert.True(int.IsPow2(KnownPermission.Bit(permission))));
        Assert.Equal(0, KnownPermission.Bit(KnownPermission.Admin));
        Assert.False(KnownPermission.IsKnown(KnownPermission.Admin));
    }

    [Fact]
    public async Task Key_revoked_by_another_node_works_for_less_than_a_second()
    {
        var (key, record) = await AddAsync("integration:read");
        Assert.NotNull(await FindAsync(key));
        await _keys.DeleteAsync(record.Id, default);

        _box.Clock.Advance(TimeSpan.FromMilliseconds(999));
        Assert.NotNull(await FindAsync(key));
        _box.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Null(await FindAsync(key));
    }

    [Fact]
    public async Task Key_revoked_here_stops_working_at_once()
    {
        var (key, record) = await AddAsync("integration:read");
        Assert.NotNull(await FindAsync(key));
        _ring.Forget((await _keys.DeleteAsync(record.Id, default))!);
        Assert.Null(await FindAsync(key));
        Assert.Null(await _keys.DeleteAsync(record.Id, default));
    }

    [Fact]
    public async Task Key_that_expires_stops_working_at_that_moment_though_remembered()
    {
        var key = ApiKeyStore.Make();
        var end = _box.Clock.GetUtcNow().AddMilliseconds(500);
        await _keys.AddAsync(key, "short", "acme", ["integration:read"], isAdmin: false, end, default);
        Assert.NotNull(await FindAsync(key));
        _box.Clock.Advance(TimeSpan.FromMilliseconds(499));
        Assert.NotNull(await FindAsync(key));
        _box.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Null(await FindAsync(key));
    }

    [Theory]
    [InlineData("")]
    [InlineData("yyc3_")]
    [InlineData("nonsense")]
    public async Task Unknown_key_is_nobody(string key) => Assert.Null(await FindAsync(key));

    [Fact]
    public async Task Key_is_kept_as_its_hash_only()
    {
        var (key, record) = await AddAsync("integration:read");
        Assert.Equal(ApiKeyStore.Hash(key), record.Hash);
        Assert.StartsWith(record.Prefix, key, StringComparison.Ordinal);
        Assert.True(record.Prefix.Length < 10);
        var row = await _box.Store.ReadAsync(
            connection => connection.QuerySingleAsync("select * from api_keys"),
            default
        );
        Assert.DoesNotContain(
            ((IDictionary<string, object?>)row).Values,
            value => value is string text && text.Contains(key, StringComparison.Ordinal)
        );
    }

    private ValueTask<Caller?> FindAsync(string key) => _ring.FindAsync(key, default);

    private async Task<(string Key, ApiKeyRecord Record)> AddAsync(params string[] permissions)
    {
        var key = ApiKeyStore.Make();
        return (key, await _keys.AddAsync(key, "key", "acme", permissions, isAdmin: false, null, default));
    }
}
