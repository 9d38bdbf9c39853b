using System.CommandLine;
using Rapport.Server.Hosting;

namespace Rapport.Server.Cli;

/// <summary><c>rapport card-keys</c>: the keys that SMART Health Cards of this installation are signed with.</summary>
internal static class CardKeyCommands
{
    public static Command Create()
    {
        var command = new Command("card-keys", "The keys that health cards are signed with: `list`, `renew`, `remove`") { CreateList(), CreateRenew(), CreateRemove() };
        return command;
    }

    private static Command CreateList()
    {
        var command = new Command("list", "Lists them, newest first");
        var installation = new InstallationOptions().AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            await using var modules = await Modules.OpenAsync(installation.Read(parsed), TimeProvider.System, cancel);
            foreach (var key in await modules.Records.CardKeys.ListAsync(cancel))
            {
                await Console.Out.WriteLineAsync($"{key.Kid} {key.MadeAt:yyyy-MM-dd} {(key.Signs ? "signs" : "checks only")}");
            }

            return CommandLine.Done;
        });
        return command;
    }

    private static Command CreateRenew()
    {
        var command = new Command("renew", "Makes a key that signs from now on, as is good practice once a year. Cards that were signed before stay good; the private half of their key is destroyed");
        var installation = new InstallationOptions().AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            await using var modules = await Modules.OpenAsync(installation.Read(parsed), TimeProvider.System, cancel);
            await Console.Out.WriteLineAsync($"{(await modules.Records.CardKeys.RenewAsync(cancel)).Kid} signs from now on");
            return CommandLine.Done;
        });
        return command;
    }

    private static Command CreateRemove()
    {
        var command = new Command("remove", "Takes a key away that somebody else may have. No card that was signed with it is accepted any more, and their people need new ones");
        var kid = new Argument<string>("KEY") { Description = "Its name, as `rapport card-keys list` prints it" };
        command.Add(kid);
        var installation = new InstallationOptions().AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            await using var modules = await Modules.OpenAsync(installation.Read(parsed), TimeProvider.System, cancel);
            if (await modules.Records.CardKeys.RemoveAsync(parsed.GetValue(kid)!, cancel))
            {
                await Console.Out.WriteLineAsync($"{parsed.GetValue(kid)} is removed");
                return CommandLine.Done;
            }

            CommandLine.Complain($"there is no key `{Failure.Short(parsed.GetValue(kid)!)}`: `rapport card-keys list` prints what there is");
            return CommandLine.Failed;
        });
        return command;
    }
}
