namespace MlNetVision.Cli.Tests.Hosting;

[TestClass]
public sealed class FailureTests
{
    /// <summary>What uses a type for the first time when memory runs out gets the type's error, with the reason within.</summary>
    [TestMethod]
    public void Describe_NoMemoryWithinAnotherError_SaysSo()
    {
        var memory = new InsufficientMemoryException("full");
        foreach (var error in new Exception[] { memory, new TypeInitializationException("A", memory), new InvalidOperationException("b", new TypeInitializationException("A", memory)) })
        {
            var text = Failure.Describe(error);
            StringAssert.StartsWith(text, "there is not enough memory: ");
            Assert.DoesNotContain("unexpected", text);
        }
        StringAssert.StartsWith(Failure.Describe(new InvalidOperationException("b")), "unexpected InvalidOperationException: b");
    }
}
