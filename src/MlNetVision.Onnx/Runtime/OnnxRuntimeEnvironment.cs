using Microsoft.ML.OnnxRuntime;

namespace MlNetVision.Onnx.Runtime;

/// <summary>
/// The process-wide environment of ONNX Runtime. Its official builds send usage reports by default. Where this library creates the environment,
/// they are switched off.
/// </summary>
public static class OnnxRuntimeEnvironment
{
    private static readonly Lock Gate = new();

    /// <summary>
    /// ONNX Runtime's names of the execution providers that it was built with, such as <c>CPUExecutionProvider</c>; their drivers may be missing
    /// all the same.
    /// </summary>
    /// <exception cref="InvalidOperationException">The app lacks the native part of ONNX Runtime.</exception>
    public static IReadOnlyList<string> Providers
    {
        get
        {
            Ensure();
            return OrtEnv.Instance().GetAvailableProviders();
        }
    }

    /// <summary>
    /// Creates the environment without usage reports, where there is none yet. An existing environment is kept.
    /// <see cref="OnnxSession.Open"/> calls it. Call it before other code uses ONNX Runtime.
    /// </summary>
    /// <exception cref="InvalidOperationException">
    /// The app lacks the native part of ONNX Runtime, or has one that is older than the managed part; the message names packages.
    /// </exception>
    public static void Ensure()
    {
        lock (Gate)
        {
            try
            {
                if (OrtEnv.IsCreated) return;
                var options = new EnvironmentCreationOptions { logId = "MlNetVision", logLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
                OrtEnv.CreateInstanceWithOptions(ref options).DisableTelemetryEvents();
            }
            catch (Exception e) when (e is DllNotFoundException or TypeInitializationException { InnerException: DllNotFoundException })
            {
                throw new InvalidOperationException(
                    "The native part of ONNX Runtime is not there. Add the package Microsoft.ML.OnnxRuntime to the app.", e);
            }
            catch (TypeInitializationException e) when (e.InnerException is InvalidOperationException inner)
            {
                // The managed part checks the native part's version where it is loaded first.
                throw new InvalidOperationException(
                    $"The native part of ONNX Runtime does not fit the managed part: {inner.Message} Its package and "
                    + "Microsoft.ML.OnnxRuntime.Managed should have the same version.", e);
            }
        }
    }
}
