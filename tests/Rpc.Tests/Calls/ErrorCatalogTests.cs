using Grpc.Core;
using Yyc3.Connectors.Rpc.Calls.Errors;

namespace Yyc3.Connectors.Rpc.Tests.Calls;

public sealed class ErrorCatalogTests
{
    [Fact]
    public void A_code_is_registered_once()
    {
        var catalog = new ErrorCatalog();
        var error = new ErrorDefinition("INTEGRATION_NOT_FOUND", StatusCode.NotFound, 404, "No {0}.", "没有 {0}。");
        catalog.Register(error);

        Assert.Same(error, catalog.Find("INTEGRATION_NOT_FOUND"));
        Assert.Throws<InvalidOperationException>(() => catalog.Register(error));
        Assert.Throws<InvalidOperationException>(() => catalog.Register(RpcErrors.Internal));
    }

    [Fact]
    public void Every_status_has_a_default_of_its_own()
    {
        var failures = Enum.GetValues<StatusCode>().Where(status => status != StatusCode.OK).ToArray();

        Assert.All(failures, status => Assert.Equal(status, ErrorCatalog.Default(status).Status));
        Assert.Equal(failures.Length, failures.Select(ErrorCatalog.Default).Distinct().Count());
        Assert.Equal("UNKNOWN", ErrorCatalog.Default((StatusCode)99).Code);
    }

    [Fact]
    public void Every_built_in_error_is_an_http_error_in_both_languages()
    {
        Assert.All(
            new ErrorCatalog().All,
            error =>
            {
                Assert.Matches("^[A-Z]+(_[A-Z]+)*$", error.Code);
                Assert.InRange(error.HttpStatus, 400, 599);
                Assert.NotEqual(error.English, error.Chinese);
            }
        );
    }

    [Fact]
    public void A_message_takes_arguments_in_either_language()
    {
        var error = new ErrorDefinition("X", StatusCode.NotFound, 404, "No {0}.", "没有 {0}。");

        Assert.Equal("No file.", error.Message(ErrorLanguage.English, "file"));
        Assert.Equal("没有 file。", error.Message(ErrorLanguage.Chinese, "file"));
    }

    [Theory]
    [InlineData("zh", ErrorLanguage.Chinese)]
    [InlineData("ZH-tw, en", ErrorLanguage.Chinese)]
    [InlineData("en, zh", ErrorLanguage.English)]
    [InlineData("", ErrorLanguage.English)]
    [InlineData(null, ErrorLanguage.English)]
    public void The_first_choice_of_language_counts(string? acceptLanguage, ErrorLanguage expected)
    {
        Assert.Equal(expected, ErrorLanguages.Of(acceptLanguage));
    }
}
