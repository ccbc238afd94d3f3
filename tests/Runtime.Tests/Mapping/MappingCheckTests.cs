using Yyc3.Connectors.Runtime.Faults;
using Yyc3.Connectors.Runtime.Mapping;

namespace Yyc3.Connectors.Runtime.Tests.Mapping;

/// <summary>What is wrong with a mapping is said when it is given.</summary>
public sealed class MappingCheckTests
{
    [Theory]
    [InlineData("""[{"resource":"a"},{"resource":"a"}]""", "resources[1].resource")]
    [InlineData("""[{"resource":"a","target":"c"},{"resource":"b","target":"c"}]""", "resources[1].target")]
    [InlineData("""[{"resource":"a","target":"b"},{"resource":"b"}]""", "resources[1].target")]
    [InlineData("""[{"resource":"a","fields":[{"to":"x"}]}]""", "resources[0].fields[0].from")]
    [InlineData("""[{"resource":"a","fields":[{"to":"x","from":"y","constant":1}]}]""", "resources[0].fields[0].from")]
    [InlineData("""[{"resource":"a","fields":[{"to":"x","from":"$.["}]}]""", "resources[0].fields[0].from")]
    [InlineData("""[{"resource":"a","fields":[{"to":"x","from":"y..z"}]}]""", "resources[0].fields[0].from")]
    [InlineData("""[{"resource":"a","fields":[{"to":"$.x[0]","from":"y"}]}]""", "resources[0].fields[0].to")]
    [InlineData(
        """[{"resource":"a","fields":[{"to":"x","from":"y"},{"to":"x.z","from":"w"}]}]""",
        "resources[0].fields[1].to"
    )]
    [InlineData("""[{"resource":"a","fields":[{"to":"x","template":"{y"}]}]""", "resources[0].fields[0].template")]
    [InlineData("""[{"resource":"a","fields":[{"to":"x","template":"y}"}]}]""", "resources[0].fields[0].template")]
    [InlineData(
        """[{"resource":"a","fields":[{"to":"x","constant":1,"values":{"a":1}}]}]""",
        "resources[0].fields[0].values"
    )]
    [InlineData(
        """[{"resource":"a","fields":[{"to":"x","constant":1,"default":2}]}]""",
        "resources[0].fields[0].default"
    )]
    [InlineData("""[{"resource":"a","push":[{"to":"x"}]}]""", "resources[0].push[0].from")]
    [InlineData("""[{"resource":"a","fields":[{"to":"x","from":"$[99999999999]"}]}]""", "resources[0].fields[0].from")]
    [InlineData("""[{"resource":"a","fields":[{"to":"x","from":"$..*..*..none"}]}]""", "resources[0].fields[0].from")]
    [InlineData("""[{"resource":"a","fields":[{"to":"x","from":"$[?(@..a == 1)]"}]}]""", "resources[0].fields[0].from")]
    public void The_wrong_member_is_named(string resources, string field)
    {
        var mapping = RecordMappingTests.Parse($$"""{"resources":{{resources}}}""");
        var fault = Assert.Throws<FaultException>(() => MappingCheck.Check(mapping, "options.mapping", Fault.Invalid));
        Assert.Equal("options.mapping." + field, fault.Field);
    }

    [Theory]
    [InlineData("""[{"from":"$.a[0]","to":"x"}]""", "[0]")]
    [InlineData("""[{"from":"b","to":"y"},{"from":"a","to":"x","values":{"A":"z","B":"z"}}]""", "[1]")]
    [InlineData("""[{"from":"a","to":"x","values":{"A":[1]}}]""", "[0]")]
    [InlineData("""[{"from":"a","to":"x","values":{"1":"one"}}]""", "[0]")]
    [InlineData("""[{"from":"a","to":"x","type":"timestamp"}]""", "[0]")]
    [InlineData("""[{"from":"a","to":"x","default":0}]""", "[0]")]
    [InlineData("""[{"from":"a","to":"x"},{"from":"a","to":"y"}]""", "[1]")]
    public void An_entry_without_a_way_back_is_named_for_runs_that_push(string fields, string index)
    {
        var mapping = RecordMappingTests.Parse($$"""{"resources":[{"resource":"a","fields":{{fields}}}]}""");
        MappingCheck.Check(mapping, "options.mapping", Fault.Invalid);
        var fault = Assert.Throws<FaultException>(() =>
            MappingCheck.CheckWayBack(mapping, "options.mapping", Fault.Invalid)
        );
        Assert.Equal("options.mapping.resources[0].fields" + index, fault.Field);

        mapping.Resources[0].Push.Add(new Contracts.Integration.V1.FieldMapping { From = "x", To = "a" });
        MappingCheck.CheckWayBack(mapping, "options.mapping", Fault.Invalid);
    }
}
