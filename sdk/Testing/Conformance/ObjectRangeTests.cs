using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Storage;

namespace Yyc3.Connectors.Testing.Conformance;

/// <summary>Reading parts of an object.</summary>
public abstract class ObjectRangeTests : ObjectStoreSuite
{
    private const int Size = 200_000;

    /// <summary>First, last and length of ranges around the places where implementations cut.</summary>
    public static TheoryData<long, long?, int, int> Ranges =>
        new()
        {
            { 0, 0, 0, 1 },
            { 0, 99, 0, 100 },
            { 65_535, 65_536, 65_535, 2 },
            { 65_536, 131_071, 65_536, 65_536 },
            { 65_000, 140_000, 65_000, 75_001 },
            { 131_072, null, 131_072, Size - 131_072 },
            { Size - 1, null, Size - 1, 1 },
            { Size - 10, Size + 1_000, Size - 10, 10 },
        };

    [Theory]
    [MemberData(nameof(Ranges))]
    public async Task A_range_gives_exactly_its_bytes(long first, long? last, int start, int length)
    {
        var content = Bytes(Size);
        await PutAsync(Key("a"), content);
        var range = new ReadOptions { Range = ByteRange.Between(first, last) };
        await using var opened = await Store.GetAsync(Key("a"), range, Token);

        Assert.Equal((start, length, Size), (opened.First, opened.Length, opened.Info.Size));
        Assert.Equal(content[start..(start + length)], await ReadAsync(Key("a"), range));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(70_000, 70_000)]
    [InlineData(Size + 5, Size)]
    public async Task A_suffix_gives_the_last_bytes(int suffix, int length)
    {
        var content = Bytes(Size);
        await PutAsync(Key("a"), content);

        var read = await ReadAsync(Key("a"), new ReadOptions { Range = ByteRange.Suffix(suffix) });
        Assert.Equal(content[^length..], read);
    }

    [Fact]
    public async Task A_range_behind_the_end_names_the_size()
    {
        await PutAsync(Key("a"), Bytes(10));
        var error = await AssertFailsAsync(
            ErrorKind.OutOfRange,
            "RANGE_NOT_SATISFIABLE",
            async () =>
                await Store.GetAsync(Key("a"), new ReadOptions { Range = ByteRange.Between(10, last: null) }, Token)
        );

        Assert.Equal("10", error.Details?["size"]);
    }

    [Fact]
    public async Task No_range_fits_an_empty_object()
    {
        await PutAsync(Key("a"), []);
        await AssertFailsAsync(
            ErrorKind.OutOfRange,
            "RANGE_NOT_SATISFIABLE",
            async () => await Store.GetAsync(Key("a"), new ReadOptions { Range = ByteRange.Between(0, 0) }, Token)
        );
    }
}
