using System.CommandLine;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Rapport.Server.Demo;
using Rapport.Server.Hosting;

namespace Rapport.Server.Cli;

/// <summary><c>rapport serve</c>: runs the server until it is told to stop.</summary>
internal static class ServeCommand
{
    private const string LevelHelp = "a level: give debug, information, warning, error or none";

    private const string HostsHelp = "a list of host names: give names such as record.example.org, without scheme and port, separated by commas";

    public static Command Create()
    {
        var command = new Command("serve", "Runs the server until it is stopped (Ctrl+C)");
        var installation = new InstallationOptions().AddTo(command);
        var port = new Option<int>("--port")
        {
            Description = "TCP port (RAPPORT_PORT)",
            HelpName = "N",
            CustomParser = result => InstallationOptions.Parse(result, result.Tokens[0].Value, "a port: give a number from 0 to 65535", Port),
            DefaultValueFactory = result => InstallationOptions.Environment("RAPPORT_PORT") is { } text
                ? InstallationOptions.Parse(result, text, "a port: give RAPPORT_PORT a number from 0 to 65535", Port)
                : ServerSettings.DefaultPort,
        };
        var listen = new Option<IPAddress?>("--listen")
        {
            Description = "Address to listen on, such as 0.0.0.0; without it this machine only (RAPPORT_LISTEN)",
            HelpName = "ADDRESS",
            CustomParser = result => InstallationOptions.Parse(result, result.Tokens[0].Value, "an address: give one such as 0.0.0.0", Address),
            DefaultValueFactory = result => InstallationOptions.Environment("RAPPORT_LISTEN") is { } text
                ? InstallationOptions.Parse(result, text, "an address: give RAPPORT_LISTEN one such as 0.0.0.0", Address)
                : null,
        };
        var behindProxy = new Option<bool>("--behind-proxy")
        {
            Description = "Believe the X-Forwarded-… headers of a proxy on this machine (RAPPORT_BEHIND_PROXY=1)",
            DefaultValueFactory = _ => InstallationOptions.Environment("RAPPORT_BEHIND_PROXY") is "1" or "true",
        };
        var hosts = new Option<IReadOnlyList<string>?>("--hosts")
        {
            Description = "Names by which browsers and programs call the server, separated by commas; others are refused (RAPPORT_HOSTS)",
            HelpName = "NAMES",
            CustomParser = result => InstallationOptions.Parse(result, result.Tokens[0].Value, HostsHelp, Hosts),
            DefaultValueFactory = result => InstallationOptions.Environment("RAPPORT_HOSTS") is { } text
                ? InstallationOptions.Parse(result, text, HostsHelp, Hosts)
                : null,
        };
        var log = new Option<LogLevel>("--log")
        {
            Description = "Least severe to log: debug (each request), information, warning, error, none (RAPPORT_LOG)",
            HelpName = "LEVEL",
            CustomParser = result => InstallationOptions.Parse(result, result.Tokens[0].Value, LevelHelp, Level),
            DefaultValueFactory = result => InstallationOptions.Environment("RAPPORT_LOG") is { } text
                ? InstallationOptions.Parse(result, text, LevelHelp, Level)
                : LogLevel.Information,
        };
        var demo = new Option<bool>("--demo") { Description = "Adds ten invented people and a child once, and writes demo-tokens.json to the data folder" };
        var signUp = new Option<string>("--sign-up")
        {
            Description = "`open`: anybody who reaches the server may make an account; `invited`: whom a patient invites; `closed`: only `rapport add-person` does (RAPPORT_SIGN_UP)",
            HelpName = "WHO",
            DefaultValueFactory = _ => InstallationOptions.Environment("RAPPORT_SIGN_UP") ?? "open",
        };
        signUp.AcceptOnlyFromAmong("open", "invited", "closed");
        var outbound = OutboundOption.Create();
        command.Add(outbound);
        var messageFile = MessageFileOption.Create();
        command.Add(messageFile);
        var minors = MinorsOption.Create();
        command.Add(minors);
        var keep = KeepOption.Create();
        command.Add(keep);
        var help = new UrgentHelpOptions();
        help.AddTo(command);
        var mail = new MailOptions();
        mail.AddTo(command);
        command.Add(port);
        command.Add(signUp);
        command.Add(listen);
        command.Add(behindProxy);
        command.Add(hosts);
        command.Add(log);
        command.Add(demo);

        command.SetAction((parsed, cancel) => RunAsync(
            installation.Read(parsed) with
            {
                Port = parsed.GetValue(port),
                Listen = parsed.GetValue(listen),
                BehindProxy = parsed.GetValue(behindProxy),
                Hosts = parsed.GetValue(hosts),
                LogLevel = parsed.GetValue(log),
                Demo = parsed.GetValue(demo),
                Outbound = parsed.GetValue(outbound)!,
                Minors = parsed.GetValue(minors)!,
                Help = help.Read(parsed),
                MaxMessageFileBytes = parsed.GetValue(messageFile),
                KeepConversations = parsed.GetValue(keep),
                Mail = mail.Read(parsed),
                SignUp = Enum.Parse<SignUpRule>(parsed.GetValue(signUp)!, ignoreCase: true),
            },
            cancel));
        return command;
    }

    private static async Task<int> RunAsync(ServerSettings settings, CancellationToken cancel)
    {
        await using var modules = await Modules.OpenAsync(settings, TimeProvider.System, cancel);
        await using var app = WebServer.Build(settings, modules);
        var added = settings.Demo ? await new DemoSeeder(settings, modules).SeedAsync(cancel) : 0;

        try
        {
            await app.StartAsync(cancel);
        }
        catch (IOException e) when (e.InnerException is AddressInUseException)
        {
            throw new StartupException($"port {settings.Port} is in use: stop the other program, or choose another with `--port`", e);
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException)
        {
            throw new StartupException($"cannot listen on port {settings.Port}: choose another with `--port`, or another address with `--listen`", e);
        }

        foreach (var address in app.Urls)
        {
            await Console.Out.WriteLineAsync($"rapport is ready: {address.Replace("127.0.0.1", "localhost").Replace("[::]", "localhost").Replace("0.0.0.0", "localhost")}");
        }

        if (settings.Demo)
        {
            await Console.Out.WriteLineAsync($"passwords and tokens of the demo people: {DemoTokens.PathIn(settings)}");
            Log.DemoReady(app.Logger, added, DemoPerson.All.Count - added);
        }

        if (settings is { Listen: { } listen, BehindProxy: false } && !IPAddress.IsLoopback(listen))
        {
            Log.PlainHttp(app.Logger);
        }

        await app.WaitForShutdownAsync(cancel);
        return CommandLine.Done;
    }

    private static (bool, int) Port(string text) => (int.TryParse(text, out var port) && port is >= 0 and <= 65535, port);

    private static (bool, LogLevel) Level(string text) => (Enum.TryParse<LogLevel>(text, ignoreCase: true, out var level) && Enum.IsDefined(level), level);

    private static (bool, IReadOnlyList<string>?) Hosts(string text)
    {
        var names = text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return (names.Length > 0 && names.All(name => name == "*" || Uri.CheckHostName(name) != UriHostNameType.Unknown), names);
    }

    private static (bool, IPAddress?) Address(string text) => text switch
    {
        "localhost" => (true, null),
        "*" => (true, IPAddress.IPv6Any),
        _ => (IPAddress.TryParse(text, out var address), address),
    };
}
