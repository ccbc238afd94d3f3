using System.Reflection;
using Google.Protobuf.Collections;
using Google.Protobuf.Reflection;

namespace Yyc3.Connectors.Rpc.Rest.OpenApi;

/// <summary>Leading comments of the protos by full name, from descriptor sets built with source info.</summary>
public sealed class CommentIndex
{
    private const int MessageNumber = FileDescriptorProto.MessageTypeFieldNumber;
    private const int EnumNumber = FileDescriptorProto.EnumTypeFieldNumber;
    private const int ServiceNumber = FileDescriptorProto.ServiceFieldNumber;

    private readonly Dictionary<string, string> _comments = new(StringComparer.Ordinal);

    public string? Find(IDescriptor descriptor)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        return _comments.GetValueOrDefault(descriptor.FullName);
    }

    /// <summary>Adds a serialized FileDescriptorSet.</summary>
    public void Add(Stream descriptorSet)
    {
        foreach (var file in FileDescriptorSet.Parser.ParseFrom(descriptorSet).File)
        {
            Add(file);
        }
    }

    /// <summary>Adds a descriptor set that is embedded in an assembly; false when it is not there.</summary>
    public bool TryAdd(Assembly assembly, string resource)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        using var stream = assembly.GetManifestResourceStream(resource);
        if (stream is null)
        {
            return false;
        }

        Add(stream);
        return true;
    }

    private void Add(FileDescriptorProto file)
    {
        foreach (var place in file.SourceCodeInfo?.Location ?? [])
        {
            var comment = place.LeadingComments.Trim();
            if (comment.Length > 0 && NameOf(file, place.Path) is { } name)
            {
                var lines = comment.Split('\n').Select(line => line.Trim());
                _comments[name] = string.Join(' ', lines.Where(line => line.Length > 0));
            }
        }
    }

    private static string? NameOf(FileDescriptorProto file, RepeatedField<int> path)
    {
        if (path.Count is < 2 || path.Count % 2 != 0)
        {
            return null;
        }

        var rest = path.Skip(2).ToArray();
        return path[0] switch
        {
            MessageNumber => NameOf(file.MessageType[path[1]], file.Package, rest),
            EnumNumber => NameOf(file.EnumType[path[1]], file.Package, rest),
            ServiceNumber => NameOf(file.Service[path[1]], file.Package, rest),
            _ => null,
        };
    }

    private static string? NameOf(DescriptorProto message, string scope, int[] path)
    {
        var name = $"{scope}.{message.Name}";
        return path switch
        {
            [] => name,
            [DescriptorProto.FieldFieldNumber, var at] => $"{name}.{message.Field[at].Name}",
            [DescriptorProto.NestedTypeFieldNumber, var at, .. var rest] => NameOf(message.NestedType[at], name, rest),
            [DescriptorProto.EnumTypeFieldNumber, var at, .. var rest] => NameOf(message.EnumType[at], name, rest),
            _ => null,
        };
    }

    private static string? NameOf(EnumDescriptorProto type, string scope, int[] path) =>
        path switch
        {
            [] => $"{scope}.{type.Name}",
            [EnumDescriptorProto.ValueFieldNumber, var at] => $"{scope}.{type.Name}.{type.Value[at].Name}",
            _ => null,
        };

    private static string? NameOf(ServiceDescriptorProto service, string scope, int[] path) =>
        path switch
        {
            [] => $"{scope}.{service.Name}",
            [ServiceDescriptorProto.MethodFieldNumber, var at] => $"{scope}.{service.Name}.{service.Method[at].Name}",
            _ => null,
        };
}
