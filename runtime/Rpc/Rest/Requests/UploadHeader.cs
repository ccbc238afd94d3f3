using System.Text;
using Google.Protobuf;
using Yyc3.Connectors.Rpc.Calls.Errors;
using Yyc3.Connectors.Rpc.Rest.Errors;
using Yyc3.Connectors.Rpc.Rest.Json;
using Yyc3.Connectors.Rpc.Rest.Json.Members;
using Yyc3.Connectors.Rpc.Rest.Routing;

namespace Yyc3.Connectors.Rpc.Rest.Requests;

/// <summary>Collects the header of an upload from the parts of its form.</summary>
internal sealed class UploadHeader
{
    private const int MaxText = 64 * 1024;
    private const string NameField = "name";
    private const string TypeField = "content_type";

    private readonly MessagePlan _plan;
    private readonly ErrorLanguage _language;
    private readonly HashSet<JsonMember> _seen = [];
    private readonly HashSet<JsonMember> _wanted;

    public UploadHeader(RestRoute route, ErrorLanguage language)
    {
        _plan = route.Upload!.Header;
        _language = language;
        Message = RestRoute.Create(_plan);
        _wanted = [.. _plan.Body.Where(member => route.Variables.All(v => v.Field.Members[0] != member))];
    }

    public IMessage Message { get; }

    /// <summary>No part that could still follow would change the header. The file itself gives its content type.</summary>
    public bool IsComplete => _wanted.All(member => _seen.Contains(member) || member.Descriptor.Name == TypeField);

    public async ValueTask ReadAsync(UploadPart part, CancellationToken cancellationToken)
    {
        var member = _plan.Find(part.Name);
        if (member is null || !_wanted.Contains(member))
        {
            throw Refuse(part.Name, "is not a known part");
        }

        if (!_seen.Add(member))
        {
            throw Refuse(part.Name, "is given twice");
        }

        var text = await ReadTextAsync(part, cancellationToken);
        try
        {
            if (IsJson(member))
            {
                JsonCodec.ReadMember(member, Message, text, part.Name);
            }
            else
            {
                member.Parse(Message, Encoding.UTF8.GetString(text));
            }
        }
        catch (JsonReadException e)
        {
            // The body as a whole is no JSON, so broken JSON in a part is a fault of that part.
            throw Refuse(e.Field.Length > 0 ? e.Field : part.Name, e.Reason);
        }
    }

    /// <summary>The file's own name and type fill what no part has said.</summary>
    public void Describe(UploadPart file)
    {
        SetIfEmpty(NameField, file.FileName is { } name ? Path.GetFileName(name.Replace('\\', '/')) : null);
        SetIfEmpty(TypeField, file.ContentType);
    }

    private static bool IsJson(JsonMember member) =>
        member.Nested is not null
        || member.Descriptor.IsRepeated
        || member.Descriptor.FieldType == Google.Protobuf.Reflection.FieldType.Message;

    private async ValueTask<byte[]> ReadTextAsync(UploadPart part, CancellationToken cancellationToken)
    {
        var buffer = new byte[MaxText + 1];
        var length = await part.Body.ReadAtLeastAsync(
            buffer,
            buffer.Length,
            throwOnEndOfStream: false,
            cancellationToken
        );
        if (length > MaxText)
        {
            throw Refuse(part.Name, "is longer than 64 KiB");
        }

        var text = buffer.AsSpan(0, length).ToArray();
        return System.Text.Unicode.Utf8.IsValid(text) ? text : throw Refuse(part.Name, "is not valid UTF-8");
    }

    private void SetIfEmpty(string field, string? value)
    {
        if (value is not null && _plan.FindField(field) is { } member && !_seen.Contains(member))
        {
            member.Parse(Message, value);
        }
    }

    private Grpc.Core.RpcException Refuse(string field, string reason) =>
        RestFault.Create(RpcErrors.InvalidRequest, _language, field, reason);
}
