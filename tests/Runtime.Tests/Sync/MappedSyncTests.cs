using System.Text;
using Google.Protobuf;
using Yyc3.Connectors.Runtime.Sync;
using Yyc3.Connectors.Runtime.Sync.Runs;
using Yyc3.Connectors.Runtime.Tests.Mapping;
using Yyc3.Connectors.Sdk.Sync;

namespace Yyc3.Connectors.Runtime.Tests.Sync;

/// <summary>Mappings in runs.</summary>
public sealed class MappedSyncTests
{
    private static readonly string Renaming = JsonFormatter.Default.Format(
        RecordMappingTests.Parse(
            """
            {"resources":[{"resource":"things","target":"items","fields":
              [{"from":"id","to":"key"},{"from":"value","to":"text","values":{"one":"1","two":"2","three":"3"}}]}]}
            """
        )
    );

    [Fact]
    public async Task Records_arrive_in_the_targets_form_and_under_its_name()
    {
        using var box = await SyncBox.CreateAsync();
        box.Remote.Put("a", "one");
        var plan = SyncBox.Plan() with { Mapping = Renaming };
        Assert.Equal(1, (await box.SyncAsync(plan)).Pulled);
        Assert.Equal("""{"key":"a","text":"1"}""", await LocalAsync(box, "items", "a"));
        Assert.Equal(0, (await box.SyncAsync(plan with { IsFull = true })).Total);
    }

    [Fact]
    public async Task Both_ways_an_edit_goes_back_in_the_integrations_form_without_an_echo()
    {
        using var box = await SyncBox.CreateAsync();
        box.Remote.Put("a", "one");
        var plan = SyncBox.Plan(SyncDirection.Bidirectional) with { Mapping = Renaming };
        await box.SyncAsync(plan);

        await box.Local.WriteAsync(
            new RecordBatch("items", [new SyncRecord { Id = "a", Data = """{"key":"a","text":"2"}"""u8.ToArray() }]),
            default
        );
        var run = await box.SyncAsync(plan);
        Assert.Equal((0L, 1L), (run.Pulled, run.Pushed));
        Assert.Equal("two", box.Remote.Values["a"]);
        Assert.Equal(0, (await box.SyncAsync(plan)).Total);

        box.Remote.Put("a", "three");
        Assert.Equal(1, (await box.SyncAsync(plan)).Pulled);
        Assert.Equal("""{"key":"a","text":"3"}""", await LocalAsync(box, "items", "a"));
    }

    [Fact]
    public async Task A_record_that_cannot_be_mapped_fails_alone_and_arrives_when_it_can()
    {
        using var box = await SyncBox.CreateAsync();
        box.Remote.Put("a", "one");
        box.Remote.Put("b", "seventeen");
        var plan = SyncBox.Plan() with { Mapping = Renaming };
        var run = await box.SyncAsync(plan);
        Assert.Equal((SyncStatus.Partial, 2L, 1L), (run.Status, run.Total, run.Failed));
        Assert.Equal(["b MAPPING_FAILED"], await box.ErrorsAsync(run.Id));

        box.Remote.Put("b", "two");
        Assert.Equal((SyncStatus.Completed, 1L), ((await box.SyncAsync(plan)).Status, 1L));
        Assert.Equal("""{"key":"b","text":"2"}""", await LocalAsync(box, "items", "b"));
    }

    [Fact]
    public async Task The_target_is_told_the_renamed_key()
    {
        var target = new FakeEnd();
        using var box = await SyncBox.CreateAsync(target: target);
        box.Remote.Put("a", "one");
        var mapping = RecordMappingTests.Parse(
            """{"resources":[{"resource":"things","fields":[{"from":"id","to":"key"}]}]}"""
        );
        await box.SyncAsync(SyncBox.Plan() with { Mapping = JsonFormatter.Default.Format(mapping) });
        Assert.Equal(["key"], target.WrittenKeys);
    }

    [Theory]
    [InlineData("PreferLocal")]
    [InlineData("NewestWins")]
    [InlineData("PreferRemote")]
    public async Task Both_ways_a_record_that_cannot_be_mapped_stays_where_it_is_until_it_can(string policy)
    {
        using var box = await SyncBox.CreateAsync();
        var plan = SyncBox.Plan(SyncDirection.Bidirectional) with
        {
            Mapping = Renaming,
            Conflicts = Enum.Parse<ConflictPolicy>(policy),
        };
        box.Remote.Put("a", "one");
        await box.SyncAsync(plan);
        box.Remote.Put("b", "seventeen");
        for (var round = 0; round < 2; round++)
        {
            var run = await box.SyncAsync(plan);
            Assert.Equal((SyncStatus.Partial, 1L, 1L), (run.Status, run.Total, run.Failed));
            Assert.Equal("seventeen", box.Remote.Values["b"]);
        }

        box.Remote.Put("b", "two");
        Assert.Equal(SyncStatus.Completed, (await box.SyncAsync(plan)).Status);
        Assert.Equal("""{"key":"b","text":"2"}""", await LocalAsync(box, "items", "b"));
    }

    private static async Task<string> LocalAsync(SyncBox box, string resource, string id) =>
        Encoding.UTF8.GetString((await box.Local.FindAsync(resource, [id], default)).Single().Data.Span);
}
