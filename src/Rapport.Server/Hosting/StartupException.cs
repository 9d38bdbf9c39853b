namespace Rapport.Server.Hosting;

/// <summary>The program cannot do what it was started for. The message is one line, meant for the operator.</summary>
internal sealed class StartupException(string message, Exception? inner = null) : Exception(message, inner);
