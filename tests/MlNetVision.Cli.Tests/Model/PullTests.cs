using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using MlNetVision.Models;

namespace MlNetVision.Cli.Tests.Model;

/// <summary>A model of a catalogue of the user's own, from the server to a detection, as the shell would do it.</summary>
[TestClass]
public sealed class PullTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly HttpListener _server = new();
    private readonly string _address = $"http://127.0.0.1:{FreePort()}/";
    private byte[] _served = [];

    public void Dispose()
    {
        ((IDisposable)_server).Dispose();
        _folder.Dispose();
    }

    [TestMethod]
    public async Task Pull_OwnCatalogue_ModelIsKnownByName()
    {
        var network = await PrepareAsync();
        _served = network;
        var image = _folder.Write("red.png", Images.RedPng());

        StringAssert.Contains((await RunAsync(ExitCode.BadModelOrData, "detect", image, "-m", "mine")).Error, "model pull mine");
        var pulled = await RunAsync(ExitCode.Done, "model", "pull", "mine");
        CollectionAssert.AreEqual(network, File.ReadAllBytes(pulled.Out.Trim()));
        StringAssert.Contains((await RunAsync(ExitCode.Done, "model", "list")).Out, "mine");
        StringAssert.Contains((await RunAsync(ExitCode.Done, "model", "verify", "mine")).Out, "hash, graph, run");
        StringAssert.Contains((await RunAsync(ExitCode.Done, "detect", image, "-m", "mine")).Out, "1 red");
    }

    [TestMethod]
    public async Task Pull_WrongContent_NothingIsKept()
    {
        var network = await PrepareAsync();
        _served = [.. network[..^1], (byte)~network[^1]];
        StringAssert.Contains((await RunAsync(ExitCode.BadModelOrData, "model", "pull", "mine")).Error, "SHA-256");
        Assert.IsFalse(File.Exists(Path.Combine(_folder["models"], "mine.onnx")));
    }

    private async Task<byte[]> PrepareAsync()
    {
        (await Cli.RunAsync("model", "convert", TinyDetector.Write(_folder), "-o", _folder["tiny.onnx"])).AssertCode(ExitCode.Done);
        var network = File.ReadAllBytes(_folder["tiny.onnx"]);
        _folder.Write("catalogue.json", Encoding.UTF8.GetBytes($$"""
            {
              "labelSets": { "colours": ["red", "purple"] },
              "models": [{
                "name": "mine", "task": "detect", "description": "Red things.", "source": "{{_address}}", "license": "MIT", "licenseSource": "made by this test",
                "inputWidth": 32, "inputHeight": 32, "preprocess": "unit", "resize": "stretch", "labels": "colours",
                "head": { "format": "yolo-grid", "kind": "region", "anchors": [1, 1] },
                "files": [{
                  "name": "mine.onnx", "address": "{{_address}}mine.onnx", "size": {{network.Length}},
                  "sha256": "{{Convert.ToHexStringLower(SHA256.HashData(network))}}", "hashSource": "this test"
                }]
              }]
            }
            """));
        _server.Prefixes.Add(_address);
        _server.Start();
        _ = ServeAsync();
        return network;
    }

    private async Task ServeAsync()
    {
        while (_server.IsListening)
        {
            try
            {
                var context = await _server.GetContextAsync();
                context.Response.ContentLength64 = _served.Length;
                await context.Response.OutputStream.WriteAsync(_served);
                context.Response.Close();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task<(int Code, string Out, string Error)> RunAsync(int code, params string[] args)
    {
        var environment = new Dictionary<string, string>
        {
            [ModelCatalogue.Variable] = _folder["catalogue.json"],
            [ModelFolder.Variable] = _folder["models"],
        };
        using var process = CliProcess.Start(environment, args);
        process.StandardInput.Close();
        var result = await CliProcess.EndAsync(process);
        Assert.AreEqual(code, result.Code, $"out: {result.Out}\nerror: {result.Error}");
        return result;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
