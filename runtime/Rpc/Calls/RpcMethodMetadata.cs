using Google.Protobuf.Reflection;
using Grpc.Core;

namespace Yyc3.Connectors.Rpc.Calls;

/// <summary>Stands on every endpoint of a method, so that middleware knows what is being called.</summary>
public sealed record RpcMethodMetadata(IMethod Method, MethodDescriptor? Descriptor, Type Service);
