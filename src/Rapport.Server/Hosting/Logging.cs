using System.Text.Json;

namespace Rapport.Server.Hosting;

/// <summary>One JSON object a line on standard error. Standard output belongs to what a command says.</summary>
internal static class Logging
{
    /// <param name="logging">Where.</param>
    /// <param name="least">The least severe line that is written.</param>
    /// <param name="ear">What hears every line of the server's own, however severe, and the framework's warnings; null for nothing.</param>
    public static ILoggingBuilder AddRapportLogging(this ILoggingBuilder logging, LogLevel least, ILoggerProvider? ear = null)
    {
        if (ear is not null)
        {
            logging.AddProvider(ear);
            logging.Services.Configure<LoggerFilterOptions>(options => options.Rules.Add(new LoggerFilterRule(
                ear.GetType().FullName, null, null, static (_, category, level) => level >= LogLevel.Warning || category?.StartsWith("Rapport", StringComparison.Ordinal) == true)));
        }

        logging.AddJsonConsole(options =>
        {
            options.UseUtcTimestamp = true;
            options.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";
            options.IncludeScopes = false;
            options.JsonWriterOptions = new JsonWriterOptions { Indented = false };
        });
        logging.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(options => options.LogToStandardErrorThreshold = LogLevel.Trace);
        logging.SetMinimumLevel(least);

        // The framework writes addresses of requests at its information level, and its own account of what RequestGuard already tells.
        logging.AddFilter("Microsoft", least > LogLevel.Warning ? least : LogLevel.Warning);
        logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);

        // Where this category is on, the framework makes an activity and a log scope for each request, which nothing here reads.
        logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        logging.AddFilter("Microsoft.AspNetCore.DataProtection", least > LogLevel.Error ? least : LogLevel.Error);
        return logging;
    }
}
