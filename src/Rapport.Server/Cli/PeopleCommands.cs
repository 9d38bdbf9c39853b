using System.CommandLine;
using Rapport.People;
using Rapport.Server.Hosting;

namespace Rapport.Server.Cli;

/// <summary>
/// <c>rapport add-person</c> and <c>rapport recover</c>: what the operator does for people who are not in. Both print a code that works once, for an hour, on the
/// page <c>/recover</c>; it is never part of an address.
/// </summary>
internal static class PeopleCommands
{
    public static Command CreateAdd()
    {
        var command = new Command("add-person", "Adds somebody, and prints a code with which they get in the first time");
        var name = new Argument<string>("NAME") { Description = "The sign-in name: letters a to z, digits and . - _ @ +" };
        var display = new Option<string>("--called") { Description = "How others see them, such as \"Dr Ada Lee\"", HelpName = "TEXT", Required = true };
        var professional = new Option<string?>("--professional") { Description = "They care for patients: as what, such as \"general practitioner\"", HelpName = "ROLE" };
        var isOperator = new Option<bool>("--operator") { Description = "They run this server: the page /operator opens to them" };
        var record = new Option<bool>("--record") { Description = "They keep their own record here" };
        command.Add(name);
        command.Add(display);
        command.Add(professional);
        command.Add(isOperator);
        command.Add(record);
        var installation = new InstallationOptions().AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            var role = parsed.GetValue(professional);
            await using var modules = await Modules.OpenAsync(installation.Read(parsed), TimeProvider.System, cancel);
            var added = await modules.People.Accounts.AddAsync(
                new NewPerson { SignInName = parsed.GetValue(name)!, DisplayName = parsed.GetValue(display)!, IsProfessional = role is not null, Role = role, IsOperator = parsed.GetValue(isOperator) }, cancel);
            if (added.Value is not { } person)
            {
                CommandLine.Complain(added.Problem!);
                return CommandLine.NotUnderstood;
            }

            if (parsed.GetValue(record))
            {
                var own = await Patients.MakeRecordAsync(modules, person, cancel);
                await Console.Out.WriteLineAsync($"patient: {own.Patient}");
            }

            return await TellCodeAsync(modules, person, cancel);
        });
        return command;
    }

    public static Command CreateRecover()
    {
        var command = new Command("recover", "Prints a code for somebody who lost every way in. Make sure first that it is them");
        var name = new Argument<string>("NAME") { Description = "The sign-in name" };
        command.Add(name);
        var installation = new InstallationOptions().AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            await using var modules = await Modules.OpenAsync(installation.Read(parsed), TimeProvider.System, cancel);
            if (await modules.People.Accounts.FindBySignInNameAsync(parsed.GetValue(name)!, cancel) is { } person)
            {
                return await TellCodeAsync(modules, person, cancel);
            }

            CommandLine.Complain($"there is nobody called `{Failure.Short(parsed.GetValue(name)!)}` here: look whether `--data` or `--database` names the right place");
            return CommandLine.Failed;
        });
        return command;
    }

    public static Command CreateOperator()
    {
        var command = new Command("operator", "Makes somebody an operator of this server: the page /operator opens to them, and no record");
        var name = new Argument<string>("NAME") { Description = "The sign-in name" };
        var end = new Option<bool>("--end") { Description = "They are an operator no longer" };
        command.Add(name);
        command.Add(end);
        var installation = new InstallationOptions().AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            await using var modules = await Modules.OpenAsync(installation.Read(parsed), TimeProvider.System, cancel);
            if (await modules.People.Accounts.FindBySignInNameAsync(parsed.GetValue(name)!, cancel) is { } person)
            {
                await modules.People.Accounts.SetOperatorAsync(person.Id, !parsed.GetValue(end), cancel);
                await Console.Out.WriteLineAsync(parsed.GetValue(end) ? $"{person.SignInName} is an operator no longer" : $"{person.SignInName} is an operator: /operator");
                return CommandLine.Done;
            }

            CommandLine.Complain($"there is nobody called `{Failure.Short(parsed.GetValue(name)!)}` here: look whether `--data` or `--database` names the right place");
            return CommandLine.Failed;
        });
        return command;
    }

    private static async Task<int> TellCodeAsync(Modules modules, Person person, CancellationToken cancel)
    {
        var code = await modules.People.SecondStep.NewOperatorCodeAsync(person.Id, cancel);
        await Console.Out.WriteLineAsync($"sign-in name: {person.SignInName}");
        await Console.Out.WriteLineAsync($"code: {code}");
        await Console.Out.WriteLineAsync("It works once, within an hour, on the page /recover.");
        return CommandLine.Done;
    }
}
