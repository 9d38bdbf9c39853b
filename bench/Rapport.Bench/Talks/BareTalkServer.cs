using System.Collections.Concurrent;
using System.Text;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace Rapport.Bench.Talks;

/// <summary>The ceiling: Kestrel that hands on what it gets to whoever listens with the same token, from memory; no sign-in, no decision, no database.</summary>
internal static class BareTalkServer
{
    internal static async Task<int> RunAsync(int port)
    {
        ConcurrentDictionary<string, ConcurrentBag<Channel<byte[]>>> listeners = [];
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls($"http://127.0.0.1:{port}");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Run(async context =>
        {
            var group = listeners.GetOrAdd(context.Request.Headers.Authorization.ToString(), static _ => []);
            if (context.Request.Method == "POST")
            {
                using var reader = new StreamReader(context.Request.Body);
                var told = Encoding.UTF8.GetBytes($"data: {await reader.ReadToEndAsync()}\n\n");
                foreach (var listener in group)
                {
                    listener.Writer.TryWrite(told);
                }

                context.Response.StatusCode = 201;
                return;
            }

            if (context.Request.Headers.Accept != "text/event-stream")
            {
                return;
            }

            var channel = Channel.CreateUnbounded<byte[]>();
            group.Add(channel);
            context.Response.ContentType = "text/event-stream";
            await context.Response.Body.WriteAsync(": here\n\n"u8.ToArray());
            await foreach (var told in channel.Reader.ReadAllAsync(context.RequestAborted))
            {
                await context.Response.Body.WriteAsync(told);
            }
        });
        await app.RunAsync();
        return 0;
    }
}
