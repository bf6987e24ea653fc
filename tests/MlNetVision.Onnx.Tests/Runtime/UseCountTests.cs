using MlNetVision.Onnx.Runtime;

namespace MlNetVision.Onnx.Tests.Runtime;

[TestClass]
public sealed class UseCountTests
{
    private int _freed;

    [TestMethod]
    public void Dispose_NotUsed_FreesOnce()
    {
        var uses = new UseCount(typeof(string), () => _freed++);
        uses.Enter().Dispose();
        Assert.AreEqual(0, _freed);
        uses.Dispose();
        uses.Dispose();
        Assert.AreEqual(1, _freed);
    }

    [TestMethod]
    public void Dispose_WhileUsed_FreesWithTheLastUse()
    {
        var uses = new UseCount(typeof(string), () => _freed++);
        var first = uses.Enter();
        var second = uses.Enter();
        uses.Dispose();
        first.Dispose();
        Assert.AreEqual(0, _freed);
        second.Dispose();
        uses.Dispose();
        Assert.AreEqual(1, _freed);
    }

    [TestMethod]
    public void Enter_AfterDispose_NamesTheOwner()
    {
        var uses = new UseCount(typeof(string), () => _freed++);
        uses.Dispose();
        var error = Assert.ThrowsExactly<ObjectDisposedException>(() => uses.Enter().Dispose());
        Assert.AreEqual("System.String", error.ObjectName);
    }

    [TestMethod]
    public async Task Dispose_AmongManyThreads_NeverFreesWhatIsUsed()
    {
        for (var round = 0; round < 200; round++)
        {
            var (freed, seen) = (0, 0);
            var uses = new UseCount(typeof(string), () => Interlocked.Increment(ref freed));
            using var start = new Barrier(4);
            var users = Enumerable.Range(0, 3).Select(_ => Task.Run(() =>
            {
                start.SignalAndWait();
                try
                {
                    for (var i = 0; i < 1000; i++)
                    {
                        using var use = uses.Enter();
                        Interlocked.Add(ref seen, Volatile.Read(ref freed));
                    }
                }
                catch (ObjectDisposedException)
                {
                    // It came before this thread was done.
                }
            })).ToList();
            start.SignalAndWait();
            uses.Dispose();
            await Task.WhenAll(users);
            Assert.AreEqual((1, 0), (freed, seen));
        }
    }
}
