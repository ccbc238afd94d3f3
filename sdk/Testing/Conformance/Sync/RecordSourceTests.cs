using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Sync;

namespace Yyc3.Connectors.Testing.Conformance.Sync;

/// <summary>What every source of records must do.</summary>
/// <typeparam name="TSubject">The provider.</typeparam>
public abstract class RecordSourceTests<TSubject> : RecordSuite<TSubject>
    where TSubject : RecordSubject, new()
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(100)]
    public async Task All_records_come_once_whatever_the_size_of_pages(int limit)
    {
        await FillAsync();
        var records = await ReadAllAsync(limit);
        Assert.Equal(
            Subject.Ids.Order(StringComparer.Ordinal),
            records.Select(record => record.Id).Order(StringComparer.Ordinal)
        );
        Assert.All(records, AssertWellFormed);
        Assert.DoesNotContain(records, record => record.IsDeleted);
        foreach (var record in records)
        {
            Assert.Equal("value of " + record.Id, await Subject.ValueOfAsync(record, Token));
        }
    }

    [Fact]
    public async Task An_empty_resource_has_one_empty_page()
    {
        var page = await Source.ReadAsync(new RecordQuery(Subject.Resource), Token);
        Assert.Empty(page.Records);
        Assert.False(page.HasMore);
    }

    [Fact]
    public async Task A_first_page_that_tells_how_many_records_there_are_tells_it_right()
    {
        await FillAsync();
        var page = await Source.ReadAsync(new RecordQuery(Subject.Resource) { Limit = 1 }, Token);
        Assert.Equal(Subject.Ids.Count, page.Total ?? Subject.Ids.Count);
    }

    [Fact]
    public async Task The_same_page_can_be_read_again()
    {
        await FillAsync();
        var first = await Source.ReadAsync(new RecordQuery(Subject.Resource) { Limit = 1 }, Token);
        for (var round = 0; round < 2; round++)
        {
            var query = new RecordQuery(Subject.Resource) { Limit = 10, Cursor = first.Cursor };
            var rest = await Source.ReadAsync(query, Token);
            Assert.Equal(
                Subject.Ids.Order(StringComparer.Ordinal),
                first.Records.Concat(rest.Records).Select(record => record.Id).Order(StringComparer.Ordinal)
            );
        }
    }

    [Fact]
    public async Task A_record_that_changes_is_seen_to_differ_and_the_others_are_not()
    {
        await FillAsync();
        var before = (await ReadAllAsync()).ToDictionary(record => record.Id, StateOf, StringComparer.Ordinal);
        await Subject.PutAsync(Subject.Ids[1], "changed");
        var after = (await ReadAllAsync()).ToDictionary(record => record.Id, StateOf, StringComparer.Ordinal);

        Assert.NotEqual(before[Subject.Ids[1]], after[Subject.Ids[1]]);
        Assert.Equal(before[Subject.Ids[0]], after[Subject.Ids[0]]);
        Assert.Equal(before[Subject.Ids[2]], after[Subject.Ids[2]]);
    }

    [Fact]
    public async Task A_deleted_record_does_not_come_any_more()
    {
        await FillAsync();
        await Subject.DeleteAsync(Subject.Ids[1]);
        Assert.DoesNotContain(await ReadAllAsync(), record => record.Id == Subject.Ids[1]);
    }

    [Fact]
    public async Task The_resource_is_listed()
    {
        await FillAsync();
        var resources = await Source.ListResourcesAsync(Token);
        Assert.Single(resources, resource => resource.Name == Subject.Resource);
    }

    [Fact]
    public async Task A_resource_that_is_not_there_is_told()
    {
        foreach (
            var read in (Func<Task>[])
                [
                    async () => await Source.ReadAsync(new RecordQuery("not-there"), Token),
                    async () => await Source.GetPositionAsync("not-there", Token),
                ]
        )
        {
            var fault = await Assert.ThrowsAsync<ConnectorException>(read);
            Assert.Equal((ErrorKind.NotFound, "RESOURCE_NOT_FOUND"), (fault.Kind, fault.Code));
        }
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("\u0000")]
    public async Task A_foreign_cursor_is_refused(string cursor)
    {
        await FillAsync();
        foreach (var reading in Enum.GetValues<RecordReading>())
        {
            var query = new RecordQuery(Subject.Resource) { Reading = reading, Cursor = cursor };
            var fault = await Assert.ThrowsAsync<ConnectorException>(async () => await Source.ReadAsync(query, Token));
            Assert.Equal((ErrorKind.InvalidArgument, "cursor"), (fault.Kind, fault.Field));
        }
    }

    [Fact]
    public async Task Changes_after_a_position_are_told_and_told_once_more_at_most_from_the_next()
    {
        await FillAsync();
        if (await Source.GetPositionAsync(Subject.Resource, Token) is not { } position)
        {
            Assert.False((await ResourceAsync()).TellsChanges);
            return;
        }

        Assert.True((await ResourceAsync()).TellsChanges);
        await Subject.PutAsync(Subject.Ids[0], "first");
        await Subject.PutAsync(Subject.Ids[2], "second");
        foreach (var limit in (int[])[1, 2, 100])
        {
            var (records, next) = await ReadChangesAsync(position, limit);
            Assert.All(records, AssertWellFormed);
            var last = records.GroupBy(record => record.Id, StringComparer.Ordinal).Select(group => group.Last());
            var values = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var record in last)
            {
                values[record.Id] = await Subject.ValueOfAsync(record, Token);
            }

            Assert.Equal("first", values[Subject.Ids[0]]);
            Assert.Equal("second", values[Subject.Ids[2]]);

            await Subject.PutAsync(Subject.Ids[1], $"third {limit}");
            var (later, _) = await ReadChangesAsync(next, limit);
            Assert.Contains(later, record => record.Id == Subject.Ids[1]);
        }
    }

    [Fact]
    public async Task Deletions_are_told_where_the_resource_says_so()
    {
        await FillAsync();
        var resource = await ResourceAsync();
        if (!resource.TellsDeletions)
        {
            return;
        }

        var position = (await Source.GetPositionAsync(Subject.Resource, Token))!;
        await Subject.DeleteAsync(Subject.Ids[1]);
        var (records, _) = await ReadChangesAsync(position);
        Assert.True(records.Last(record => record.Id == Subject.Ids[1]).IsDeleted);
    }

    [Fact]
    public async Task Records_are_found_by_their_ids_as_reading_gives_them()
    {
        if (Source is not IRecordLookup lookup)
        {
            return;
        }

        await FillAsync();
        await Subject.DeleteAsync(Subject.Ids[1]);
        var read = (await ReadAllAsync()).ToDictionary(record => record.Id, StateOf, StringComparer.Ordinal);
        var found = await lookup.FindAsync(Subject.Resource, Subject.Ids, Token);
        Assert.Equal(read, found.ToDictionary(record => record.Id, StateOf, StringComparer.Ordinal));
        Assert.Empty(await lookup.FindAsync(Subject.Resource, [], Token));
    }

    [Fact]
    public async Task A_call_that_is_cancelled_ends()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            await Source.ReadAsync(new RecordQuery(Subject.Resource), cancelled.Token)
        );
    }

    private async Task FillAsync()
    {
        foreach (var id in Subject.Ids)
        {
            await Subject.PutAsync(id, "value of " + id);
        }
    }

    private async Task<RecordResource> ResourceAsync() =>
        (await Source.ListResourcesAsync(Token)).Single(resource => resource.Name == Subject.Resource);
}
