using Yyc3.Connectors.Runtime.Credentials;
using Yyc3.Connectors.Runtime.State;
using Yyc3.Connectors.Runtime.Tests.Fixtures;

namespace Yyc3.Connectors.Runtime.Tests.Credentials;

/// <summary>No node starts with a key that cannot open what is there.</summary>
public sealed class KeyCheckTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private StateBox _box = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _box = await StateBox.CreateAsync();

    public ValueTask DisposeAsync()
    {
        _box.Dispose();
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task The_first_node_decides_the_key_and_starts_again_with_it()
    {
        await CheckAsync("one");
        await CheckAsync("one");
        Assert.Equal(1, await _box.CountAsync("wrapping_keys"));
    }

    [Fact]
    public async Task A_node_with_another_key_is_told_so_by_both_names()
    {
        await CheckAsync("one");
        var fault = await Assert.ThrowsAsync<InvalidDataException>(() => CheckAsync("two"));
        Assert.Equal(
            $"The state is sealed with the key {Key("one").Id}, but this node's key file holds {Key("two").Id}."
                + " Give it the other nodes' file (YYC3_KEYFILE), or the one from the backup.",
            fault.Message
        );
        await CheckAsync("one");
    }

    [Fact]
    public async Task State_sealed_before_keys_were_noted_decides_too()
    {
        var keys = new DataKeyStore(_box.Store, Key("one"), _box.Clock);
        await keys.CurrentAsync("default", Token);
        await Assert.ThrowsAsync<InvalidDataException>(() => CheckAsync("two"));
        await CheckAsync("one");
    }

    [Fact]
    public async Task Nodes_that_start_together_with_keys_of_their_own_do_not_both_start()
    {
        var starts = Enumerable
            .Range(0, 4)
            .Select(async number =>
            {
                try
                {
                    await CheckAsync($"key-{number}");
                    return true;
                }
                catch (InvalidDataException)
                {
                    return false;
                }
            });
        Assert.Single(await Task.WhenAll(starts), isStarted => isStarted);
    }

    [Fact]
    public void Nodes_that_share_a_folder_make_one_file()
    {
        for (var round = 0; round < 50; round++)
        {
            var ids = new string[4];
            using var start = new Barrier(ids.Length);
            var nodes = Enumerable.Range(0, ids.Length).Select(node => new Thread(() => Start(node))).ToList();
            nodes.ForEach(node => node.Start());
            nodes.ForEach(node => node.Join());
            Assert.Single(ids.Distinct(StringComparer.Ordinal));
            Assert.Equal(
                [$"shared-{round}"],
                Directory.GetFiles(_folder.Path, $"shared-{round}*").Select(Path.GetFileName)
            );

            void Start(int node)
            {
                start.SignalAndWait(Token);
                ids[node] = Key($"shared-{round}").Id;
            }
        }
    }

    private Task CheckAsync(string file) => new KeyCheck(_box.Store, Key(file), _box.Clock).RunAsync(Token);

    private FileKeyEncryptionKey Key(string file) =>
        new(new StateOptions { DataDirectory = _box.Options.DataDirectory, KeyFile = _folder.Under(file) });
}
