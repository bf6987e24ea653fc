namespace MlNetVision.Models;

/// <summary>A connection ended or stalled before the file was complete: worth another attempt.</summary>
internal sealed class ConnectionCutException(string message, Exception? inner = null) : Exception(message, inner);
