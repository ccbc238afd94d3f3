using System.Reflection;
using Yyc3.Connectors.Rpc.Calls.Errors;
using Yyc3.Connectors.Runtime.Faults;

namespace Yyc3.Connectors.Runtime.Tests.Faults;

/// <summary>The registry of the runtime's own failures.</summary>
public sealed class FaultTests
{
    private static readonly List<ErrorDefinition> Declared =
    [
        .. typeof(Fault)
            .GetFields(BindingFlags.Public | BindingFlags.Static)
            .Where(field => field.FieldType == typeof(ErrorDefinition))
            .Select(field => (ErrorDefinition)field.GetValue(null)!),
    ];

    public static TheoryData<string> Codes => [.. Declared.Select(definition => definition.Code)];

    [Fact]
    public void Every_definition_is_registered_under_a_code_of_its_own()
    {
        Assert.NotEmpty(Declared);
        Assert.Equal(Declared, Fault.All);
        var catalog = new ErrorCatalog();
        catalog.Register(Fault.All);
        _ = new ConnectorFaults(catalog);
    }

    [Fact]
    public void Registration_may_come_after_the_connectors_faults()
    {
        var catalog = new ErrorCatalog();
        _ = new ConnectorFaults(catalog);
        catalog.Register(Fault.All);
    }

    [Theory, MemberData(nameof(Codes))]
    public void Definition_has_a_code_a_status_and_both_texts(string code)
    {
        var definition = Declared.Single(found => string.Equals(found.Code, code, StringComparison.Ordinal));
        Assert.Matches("^[A-Z][A-Z0-9_]+$", definition.Code);
        Assert.InRange(definition.HttpStatus, 400, 599);
        Assert.Matches("^[A-Z].*\\.$", definition.English);
        Assert.Matches("[\\u4e00-\\u9fff]", definition.Chinese);
        Assert.DoesNotContain("{", definition.English + definition.Chinese, StringComparison.Ordinal);
    }

    [Fact]
    public void Fault_becomes_a_status_with_its_details_in_the_callers_language()
    {
        var fault = new FaultException(Fault.EtagMismatch)
        {
            Field = "ifMatch",
            Reason = "is stale",
            Retryable = true,
            RetryAfter = TimeSpan.FromSeconds(2),
            Details = new Dictionary<string, string>(StringComparer.Ordinal) { ["cause"] = "X" },
        };
        var english = RichStatus.Of(fault.ToRpcException(ErrorLanguage.English));
        Assert.Equal(("ETAG_MISMATCH", "ifMatch", "is stale"), (english.Code, english.Field, english.Reason));
        Assert.Equal((true, TimeSpan.FromSeconds(2)), (english.Retryable, english.RetryDelay));
        Assert.Equal("X", english.Details["cause"]);
        Assert.Equal(Fault.EtagMismatch.English, english.Message);
        Assert.Equal(Fault.EtagMismatch.Chinese, RichStatus.Of(fault.ToRpcException(ErrorLanguage.Chinese)).Message);
    }
}
