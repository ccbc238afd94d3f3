using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Yyc3.Connectors.Rpc.Services.Reflection;

/// <summary>Files, symbols and extensions of the described services and of everything they import.</summary>
internal sealed class DescriptorIndex
{
    private readonly Dictionary<string, FileDescriptor> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FileDescriptor> _symbols = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SortedDictionary<int, FileDescriptor>> _extensions = new(
        StringComparer.Ordinal
    );

    public DescriptorIndex(IEnumerable<ServiceDescriptor> services)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var service in services)
        {
            names.Add(service.FullName);
            Add(service.File);
        }
        Services = [.. names];
    }

    /// <summary>Full names, sorted.</summary>
    public IReadOnlyList<string> Services { get; }

    public FileDescriptor? FindFile(string name) => _files.GetValueOrDefault(name);

    public FileDescriptor? FindSymbol(string name) => _symbols.GetValueOrDefault(name);

    public FileDescriptor? FindExtension(string type, int number) =>
        _extensions.GetValueOrDefault(type)?.GetValueOrDefault(number);

    /// <summary>Numbers of the known extensions of a message type, or null when the type is not known.</summary>
    public IReadOnlyCollection<int>? ExtensionNumbers(string type)
    {
        if (_extensions.TryGetValue(type, out var extensions))
        {
            return extensions.Keys;
        }
        return _symbols.ContainsKey(type) ? [] : null;
    }

    /// <summary>A file and all that it imports, each once, as the bytes of their descriptors.</summary>
    public static IEnumerable<ByteString> Closure(FileDescriptor root)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal) { root.Name };
        var waiting = new Queue<FileDescriptor>([root]);
        while (waiting.TryDequeue(out var file))
        {
            yield return file.SerializedData;
            foreach (var dependency in file.Dependencies)
            {
                if (seen.Add(dependency.Name))
                {
                    waiting.Enqueue(dependency);
                }
            }
        }
    }

    private void Add(FileDescriptor file)
    {
        if (!_files.TryAdd(file.Name, file))
        {
            return;
        }
        foreach (var dependency in file.Dependencies)
        {
            Add(dependency);
        }
        foreach (var service in file.Services)
        {
            _symbols[service.FullName] = file;
            foreach (var method in service.Methods)
            {
                _symbols[method.FullName] = file;
            }
        }
        foreach (var type in file.EnumTypes)
        {
            Add(type, file);
        }
        foreach (var message in file.MessageTypes)
        {
            Add(message, file);
        }
        Add(file.Extensions.UnorderedExtensions, file);
    }

    private void Add(MessageDescriptor message, FileDescriptor file)
    {
        _symbols[message.FullName] = file;
        foreach (var field in message.Fields.InDeclarationOrder())
        {
            _symbols[field.FullName] = file;
        }
        foreach (var oneof in message.Oneofs)
        {
            _symbols[oneof.FullName] = file;
        }
        foreach (var type in message.EnumTypes)
        {
            Add(type, file);
        }
        foreach (var nested in message.NestedTypes)
        {
            Add(nested, file);
        }
        Add(message.Extensions.UnorderedExtensions, file);
    }

    private void Add(EnumDescriptor type, FileDescriptor file)
    {
        _symbols[type.FullName] = file;
        foreach (var value in type.Values)
        {
            _symbols[value.FullName] = file;
        }
    }

    private void Add(IEnumerable<FieldDescriptor> extensions, FileDescriptor file)
    {
        foreach (var extension in extensions)
        {
            _symbols[extension.FullName] = file;
            var type = extension.ExtendeeType.FullName;
            if (!_extensions.TryGetValue(type, out var numbers))
            {
                numbers = [];
                _extensions[type] = numbers;
            }
            numbers[extension.FieldNumber] = file;
        }
    }
}
