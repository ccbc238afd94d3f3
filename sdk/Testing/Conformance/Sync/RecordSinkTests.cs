using System.Text.Json;
using Yyc3.Connectors.Sdk.Sync;

namespace Yyc3.Connectors.Testing.Conformance.Sync;

/// <summary>What every sink of records that can be read again must do.</summary>
/// <typeparam name="TSubject">The provider.</typeparam>
public abstract class RecordSinkTests<TSubject> : RecordSuite<TSubject>
    where TSubject : RecordSubject, new()
{
    [Fact]
    public async Task What_is_written_can_be_read()
    {
        await WriteAsync([.. Subject.Ids.Select(id => Subject.NewRecord(id, "value of " + id))]);
        Assert.Equal(
            Subject.Ids.ToDictionary(id => id, id => "value of " + id, StringComparer.Ordinal),
            await ValuesAsync()
        );
    }

    [Fact]
    public async Task Writing_again_replaces_and_doubles_nothing()
    {
        var records = Subject.Ids.Select(id => Subject.NewRecord(id, "same")).ToList();
        await WriteAsync(records);
        await WriteAsync(records);
        await WriteAsync([Subject.NewRecord(Subject.Ids[0], "other")]);
        var values = await ValuesAsync();
        Assert.Equal(3, values.Count);
        Assert.Equal("other", values[Subject.Ids[0]]);
        Assert.Equal("same", values[Subject.Ids[1]]);
    }

    [Fact]
    public async Task Fields_without_a_value_stay_without_one()
    {
        if (Subject.NewRecordWithNull(Subject.Ids[0]) is not { } record)
        {
            return;
        }

        await WriteAsync([record]);
        using var written = JsonDocument.Parse(record.Data);
        using var read = JsonDocument.Parse(Assert.Single(await ReadAllAsync()).Data);
        Assert.All(
            written.RootElement.EnumerateObject().Where(field => field.Value.ValueKind == JsonValueKind.Null),
            field => Assert.Equal(JsonValueKind.Null, read.RootElement.GetProperty(field.Name).ValueKind)
        );
    }

    [Fact]
    public async Task The_version_it_tells_is_the_one_that_is_read()
    {
        var results = await WriteAsync([.. Subject.Ids.Select(id => Subject.NewRecord(id, "value"))]);
        var read = (await ReadAllAsync()).ToDictionary(record => record.Id, StringComparer.Ordinal);
        for (var index = 0; index < results.Count; index++)
        {
            if (results[index].Version is { } version)
            {
                Assert.Equal(version, read[Subject.Ids[index]].Version);
            }
        }
    }

    [Fact]
    public async Task Deleted_records_are_removed_and_may_be_missing_already()
    {
        await WriteAsync([.. Subject.Ids.Select(id => Subject.NewRecord(id, "value"))]);
        var gone = new SyncRecord { Id = Subject.Ids[1], IsDeleted = true };
        await WriteAsync([gone, Subject.NewRecord(Subject.Ids[2], "kept")]);
        await WriteAsync([gone]);
        Assert.Equal(
            new[] { Subject.Ids[0], Subject.Ids[2] }.Order(StringComparer.Ordinal),
            (await ValuesAsync()).Keys.Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task A_record_that_is_refused_keeps_no_other_back()
    {
        if (Subject.NewRefusedRecord() is not { } refused)
        {
            return;
        }

        var results = await Subject.Sink!.WriteAsync(
            new RecordBatch(
                Subject.Resource,
                [Subject.NewRecord(Subject.Ids[0], "a"), refused, Subject.NewRecord(Subject.Ids[1], "b")]
            ),
            Token
        );
        Assert.Equal([false, true, false], results.Select(result => result.Error is not null));
        Assert.Equal(
            new[] { Subject.Ids[0], Subject.Ids[1] }.Order(StringComparer.Ordinal),
            (await ValuesAsync()).Keys.Order(StringComparer.Ordinal)
        );
    }

    [Theory]
    [InlineData(UnknownFields.Ignore)]
    [InlineData(UnknownFields.Add)]
    [InlineData(UnknownFields.Fail)]
    public async Task Fields_without_a_place_are_treated_as_told(UnknownFields policy)
    {
        if (!Subject.HasFixedFields)
        {
            return;
        }

        await WriteAsync([Subject.NewRecord(Subject.Ids[0], "before")]);
        var known = Subject.NewRecord(Subject.Ids[1], "after");
        var text = System.Text.Encoding.UTF8.GetString(known.Data.Span);
        var unknown = known with { Data = System.Text.Encoding.UTF8.GetBytes(text[..^1] + ",\"zz_new\":7}") };
        var batch = new RecordBatch(Subject.Resource, [unknown]) { UnknownFields = policy };
        var result = Assert.Single(await Subject.Sink!.WriteAsync(batch, Token));

        var read = (await ReadAllAsync()).FirstOrDefault(record => record.Id == Subject.Ids[1]);
        if (policy == UnknownFields.Fail)
        {
            Assert.Equal(("UNKNOWN_FIELD", "zz_new"), (result.Error!.Code, result.Error.Field));
            Assert.Null(read);
            return;
        }

        Assert.Null(result.Error);
        Assert.Equal(
            policy == UnknownFields.Add,
            System.Text.Encoding.UTF8.GetString(read!.Data.Span).Contains("\"zz_new\":7", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task A_resource_that_is_not_there_is_made()
    {
        if (!Subject.HasFixedFields)
        {
            return;
        }

        var resource = Subject.Resource + "_made";
        var batch = new RecordBatch(resource, [Subject.NewRecord(Subject.Ids[0], "first")]) { KeyFields = ["id"] };
        Assert.Null(Assert.Single(await Subject.Sink!.WriteAsync(batch, Token)).Error);
        Assert.Null(Assert.Single(await Subject.Sink!.WriteAsync(batch, Token)).Error);
        var page = await Source.ReadAsync(new RecordQuery(resource), Token);
        Assert.Equal("first", await Subject.ValueOfAsync(Assert.Single(page.Records), Token));
    }

    [Fact]
    public async Task A_thousand_records_are_written_at_once()
    {
        if (!Subject.HasFixedFields)
        {
            return;
        }

        var records = Enumerable
            .Range(1, 1000)
            .Select(number =>
                Subject.NewRecord(number.ToString(System.Globalization.CultureInfo.InvariantCulture), $"v{number}")
            );
        await WriteAsync([.. records]);
        Assert.Equal(1000, (await ReadAllAsync(300)).Count);
    }

    private async Task<IReadOnlyList<RecordResult>> WriteAsync(List<SyncRecord> records)
    {
        var results = await Subject.Sink!.WriteAsync(new RecordBatch(Subject.Resource, records), Token);
        Assert.Equal(records.Count, results.Count);
        Assert.All(results, result => Assert.Null(result.Error));
        return results;
    }
}
