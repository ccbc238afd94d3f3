using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Yyc3.Connectors.Rpc.Rest.Json.Members;

/// <summary>Member names for columns. A second column of the same name becomes <c>name_2</c>: no value is lost.</summary>
internal static class ColumnNames
{
    public static JsonEncodedText[] Distinct<TColumn>(IReadOnlyList<TColumn> columns, Func<TColumn, string> name)
    {
        var names = new JsonEncodedText[columns.Count];
        var used = new HashSet<string>(columns.Count, StringComparer.Ordinal);
        for (var i = 0; i < names.Length; i++)
        {
            var wanted = name(columns[i]);
            var text = wanted;
            for (var copy = 2; !used.Add(text); copy++)
            {
                text = string.Create(CultureInfo.InvariantCulture, $"{wanted}_{copy}");
            }

            names[i] = JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping);
        }

        return names;
    }
}
