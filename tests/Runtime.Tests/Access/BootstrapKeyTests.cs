using Yyc3.Connectors.Runtime.Access;
using Yyc3.Connectors.Runtime.Tests.Fixtures;

namespace Yyc3.Connectors.Runtime.Tests.Access;

/// <summary>The first key.</summary>
public sealed class BootstrapKeyTests : IAsyncLifetime
{
    private StateBox _box = null!;
    private ApiKeyStore _keys = null!;
    private BootstrapKey _bootstrap = null!;

    public async ValueTask InitializeAsync()
    {
        _box = await StateBox.CreateEmptyAsync();
        _keys = new ApiKeyStore(_box.Store, _box.Clock);
        _bootstrap = new BootstrapKey(_keys, new TenantStore(_box.Store, _box.Clock));
    }

    public ValueTask DisposeAsync()
    {
        _box.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task First_start_makes_one_key_and_tells_it_once()
    {
        await _box.MigrateAsync();
        var key = await _bootstrap.EnsureAsync(null, default);
        Assert.StartsWith("yyc3_", key, StringComparison.Ordinal);
        Assert.True((await _keys.FindAsync(ApiKeyStore.Hash(key!), default))!.IsAdmin);
        Assert.Null(await _bootstrap.EnsureAsync(null, default));
        Assert.Null(await _bootstrap.EnsureAsync("", default));
        Assert.Single(await _keys.ListAsync(null, default));
    }

    [Fact]
    public async Task A_new_operators_key_takes_the_place_of_the_old_one()
    {
        await _box.MigrateAsync();
        await _bootstrap.EnsureAsync("chosen-by-the-operator", default);
        await _bootstrap.EnsureAsync("chosen-anew-by-the-operator", default);
        Assert.Null(await _keys.FindAsync(ApiKeyStore.Hash("chosen-by-the-operator"), default));
        Assert.NotNull(await _keys.FindAsync(ApiKeyStore.Hash("chosen-anew-by-the-operator"), default));
    }

    [Fact]
    public async Task Operators_key_works_and_is_never_told()
    {
        await _box.MigrateAsync();
        Assert.Null(await _bootstrap.EnsureAsync("chosen-by-the-operator", default));
        Assert.Null(await _bootstrap.EnsureAsync("chosen-by-the-operator", default));
        var record = Assert.Single(await _keys.ListAsync(null, default));
        Assert.Equal((ApiKeyStore.Hash("chosen-by-the-operator"), true), (record.Hash, record.IsAdmin));
    }

    [Fact]
    public async Task Start_after_the_last_admin_key_has_expired_makes_a_new_one()
    {
        await _box.MigrateAsync();
        await new TenantStore(_box.Store, _box.Clock).AddAsync("default", "", default);
        var end = _box.Clock.GetUtcNow().AddHours(1);
        await _keys.AddAsync(ApiKeyStore.Make(), "admin", "default", [], isAdmin: true, end, default);
        Assert.Null(await _bootstrap.EnsureAsync(null, default));

        _box.Clock.Advance(TimeSpan.FromHours(1));
        Assert.NotNull(await _bootstrap.EnsureAsync(null, default));
    }

    [Fact]
    public async Task Key_without_admin_rights_is_not_enough_to_get_in_with()
    {
        await _box.MigrateAsync();
        await new TenantStore(_box.Store, _box.Clock).AddAsync("default", "", default);
        await _keys.AddAsync("some-key", "reader", "default", ["integration:read"], isAdmin: false, null, default);
        Assert.NotNull(await _bootstrap.EnsureAsync(null, default));
    }

    [Fact]
    public async Task Nodes_that_start_together_make_one_key()
    {
        await _box.MigrateAsync();
        var told = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => _bootstrap.EnsureAsync(null, default)));
        var key = Assert.Single(told, key => key is not null);
        Assert.Equal(ApiKeyStore.Hash(key!), Assert.Single(await _keys.ListAsync(null, default)).Hash);
    }

    [Fact]
    public async Task Tenant_id_is_taken_once()
    {
        await _box.MigrateAsync();
        var tenants = new TenantStore(_box.Store, _box.Clock);
        Assert.Equal("acme", (await tenants.AddAsync("acme", "Acme", default))!.Id);
        Assert.Null(await tenants.AddAsync("acme", "Other", default));
        Assert.Equal("Acme", Assert.Single(await tenants.ListAsync(default)).Name);
        Assert.True(await tenants.ExistsAsync("acme", default));
        Assert.False(await tenants.ExistsAsync("ACME", default));
    }
}
