using System.Globalization;
using System.Text;
using Google.Api;
using Google.Protobuf.Reflection;
using Yyc3.Connectors.Contracts.Integration.V1;
using Yyc3.Connectors.Rpc.Options;
using Yyc3.Connectors.Rpc.Rest.OpenApi;
using FieldType = Google.Protobuf.Reflection.FieldType;

namespace Yyc3.Connectors.Architecture.Tests;

/// <summary>The reference of gRPC and REST as one page: services, methods, messages, enums, with the protos' comments.</summary>
internal sealed class ReferencePage
{
    private readonly StringBuilder _text = new();
    private readonly CommentIndex _comments = new();
    private readonly SortedDictionary<string, MessageDescriptor> _messages = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, EnumDescriptor> _enums = new(StringComparer.Ordinal);

    public string Write(IEnumerable<ServiceDescriptor> services)
    {
        Assert.True(_comments.TryAdd(typeof(IntegrationService).Assembly, "protos.binpb"));
        Line("# Reference");
        Line("");
        Line("Written from the protos by a test; do not edit. Every REST answer is in the envelope");
        Line("`{\"success\":true,\"data\":…}` or `{\"success\":false,\"error\":{\"code\",\"message\",\"details\"}}`.");
        foreach (var service in services)
        {
            Write(service);
        }

        Line("");
        Line("## Messages");
        foreach (var message in _messages.Values)
        {
            Write(message);
        }

        Line("");
        Line("## Enums");
        foreach (var type in _enums.Values)
        {
            Write(type);
        }

        return _text.ToString();
    }

    private void Write(ServiceDescriptor service)
    {
        Line("");
        Line($"## {service.FullName}");
        Line("");
        Line(Comment(service));
        foreach (var method in service.Methods)
        {
            var rules = method.GetOptions().GetExtension(OptionsExtensions.Method) ?? new MethodRules();
            var http = method.GetOptions().GetExtension(AnnotationsExtensions.Http);
            Line("");
            Line($"### {method.Name}");
            Line("");
            Line(Comment(method));
            Line("");
            Line(
                $"- gRPC: {Stream(method.IsClientStreaming)}`{Take(method.InputType)}` → {Stream(method.IsServerStreaming)}`{Take(method.OutputType)}`"
            );
            Line($"- REST: `{Verb(http)}`{Body(http, rules)}, answers {Answer(rules, method)}");
            Line(
                $"- permission: {(rules.Permission.Length > 0 ? $"`{rules.Permission}`" : "any key")}; {Repeat(rules.Idempotency)}"
            );
        }
    }

    private void Write(MessageDescriptor message)
    {
        Line("");
        Line($"### {message.Name}");
        Line("");
        Line(Comment(message));
        var fields = message.Fields.InFieldNumberOrder();
        if (fields.Count == 0)
        {
            return;
        }

        Line("");
        Line("| field | type | meaning |");
        Line("|---|---|---|");
        foreach (var field in fields)
        {
            Line($"| `{field.JsonName}` | {TypeOf(field)} | {Comment(field)}{Rules(field)} |");
        }
    }

    private void Write(EnumDescriptor type)
    {
        Line("");
        Line($"### {type.Name}");
        Line("");
        Line(Comment(type));
        Line("");
        foreach (var value in type.Values)
        {
            var spelling = value.GetOptions()?.GetExtension(OptionsExtensions.Json) ?? "";
            var json = spelling.Length > 0 ? $" (`\"{spelling}\"` in JSON)" : "";
            Line($"- `{value.Name}`{json}: {Comment(value)}");
        }
    }

    private string Take(MessageDescriptor message)
    {
        if (
            !message.FullName.StartsWith("google.", StringComparison.Ordinal) && _messages.TryAdd(message.Name, message)
        )
        {
            foreach (var field in message.Fields.InFieldNumberOrder())
            {
                Take(field);
            }
        }

        return message.Name;
    }

    private void Take(FieldDescriptor field)
    {
        switch (field)
        {
            case { IsMap: true }:
                Take(field.MessageType.FindFieldByNumber(2));
                break;
            case { FieldType: FieldType.Message }:
                Take(field.MessageType);
                break;
            case { FieldType: FieldType.Enum }:
                _enums.TryAdd(field.EnumType.Name, field.EnumType);
                break;
            default:
                break;
        }
    }

    private static string TypeOf(FieldDescriptor field) =>
        field.IsMap ? $"map of {Single(field.MessageType.FindFieldByNumber(2))}"
        : field.IsRepeated ? $"list of {Single(field)}"
        : Single(field);

    private static string Single(FieldDescriptor field) =>
        field.FieldType switch
        {
            FieldType.Message => field.MessageType.Name,
            FieldType.Enum => field.EnumType.Name,
            _ => field.FieldType.ToString().ToLowerInvariant(),
        };

    private static string Rules(FieldDescriptor field)
    {
        var rules = field.GetOptions()?.GetExtension(OptionsExtensions.Field);
        if (rules is null)
        {
            return "";
        }

        var notes = new List<string>();
        AddIf(notes, rules.Required, "required");
        AddIf(notes, rules.HasMin, string.Create(CultureInfo.InvariantCulture, $"at least {rules.Min}"));
        AddIf(notes, rules.HasMax, string.Create(CultureInfo.InvariantCulture, $"at most {rules.Max}"));
        AddIf(notes, rules.MaxSize > 0, string.Create(CultureInfo.InvariantCulture, $"at most {rules.MaxSize} long"));
        AddIf(notes, rules.DefaultValue.Length > 0, $"default {rules.DefaultValue}");
        AddIf(notes, rules.Nullable, "null when absent");
        AddIf(notes, rules.Header.Length > 0, $"REST header {rules.Header}");
        AddIf(notes, rules.Hidden, "gRPC only");
        return notes.Count == 0 ? "" : $" ({string.Join(", ", notes)})";
    }

    private static void AddIf(List<string> notes, bool condition, string note)
    {
        if (condition)
        {
            notes.Add(note);
        }
    }

    private static string Stream(bool isStream) => isStream ? "stream of " : "";

    private static string Verb(HttpRule http) =>
        http.PatternCase switch
        {
            HttpRule.PatternOneofCase.Get => $"GET {http.Get}",
            HttpRule.PatternOneofCase.Post => $"POST {http.Post}",
            HttpRule.PatternOneofCase.Put => $"PUT {http.Put}",
            HttpRule.PatternOneofCase.Patch => $"PATCH {http.Patch}",
            _ => $"DELETE {http.Delete}",
        };

    private static string Body(HttpRule http, MethodRules rules) =>
        rules.RestBody == RestBody.Upload ? ", body multipart/form-data"
        : http.Body is "" or "*" ? ""
        : $", body = `{http.Body}`";

    private static string Answer(MethodRules rules, MethodDescriptor method) =>
        rules.RestBody == RestBody.Download ? "200 (206 for a range) with the content itself"
        : method.IsServerStreaming ? "200 with one JSON line each"
        : (rules.SuccessCode == 0 ? 200 : rules.SuccessCode).ToString(CultureInfo.InvariantCulture);

    private static string Repeat(Idempotency idempotency) =>
        idempotency switch
        {
            Idempotency.Safe => "reads only",
            Idempotency.Idempotent => "a repeat leaves the same state",
            Idempotency.Keyed => "a repeat with the same idempotency key returns the first result",
            _ => "a repeat does it again",
        };

    private string Comment(IDescriptor descriptor) =>
        (_comments.Find(descriptor) ?? "").ReplaceLineEndings(" ").Replace("|", "\\|", StringComparison.Ordinal).Trim();

    private void Line(string text) => _text.Append(text).Append('\n');
}
