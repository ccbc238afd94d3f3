using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.Connectors.Tests.Claims;

public sealed class FileClaimTests
{
    private readonly string _path = "/claimed/" + Guid.NewGuid();

    [Fact]
    public void Claims_of_one_copy_share_a_file()
    {
        using var first = FileClaim.Take(_path, "a", TimeSpan.Zero);
        using var second = FileClaim.Take(_path, "a", TimeSpan.Zero);
        Assert.NotSame(first, second);
    }

    [Fact]
    public void Another_copy_is_refused_until_the_last_claim_is_released()
    {
        var first = FileClaim.Take(_path, "a", TimeSpan.Zero);
        var second = FileClaim.Take(_path, "a", TimeSpan.Zero);
        first.Dispose();
        first.Dispose();
        Assert.Equal(
            "DATABASE_BUSY",
            Assert.Throws<ConnectorException>(() => FileClaim.Take(_path, "b", TimeSpan.Zero)).Code
        );
        second.Dispose();
        using var other = FileClaim.Take(_path, "b", TimeSpan.Zero);
    }

    [Fact]
    public async Task Another_copy_gets_the_file_as_soon_as_it_is_released()
    {
        var first = FileClaim.Take(_path, "a", TimeSpan.Zero);
        var waiting = Task.Run(() => FileClaim.Take(_path, "b", TimeSpan.FromMinutes(1)));
        first.Dispose();
        using var second = await waiting.WaitAsync(TimeSpan.FromSeconds(30));
    }
}
