namespace MlNetVision.Tests.Models;

/// <summary>What a client asked <see cref="TestServer"/> for.</summary>
internal sealed record TestRequest(TestServer Server, string Path, long? From, string? IfRange);
