using Rapport.Server.Pages.Account;
using Rapport.Server.Pages.Operator;
using Rapport.Server.Pages.Tokens;
using Rapport.Server.SignIn;
using Rapport.Server.Tests.Notices;

namespace Rapport.Server.Tests.Pages.Tours;

/// <summary>Signing in, and all that belongs to one's account and to the operator.</summary>
internal static class AccountTour
{
    /// <summary>Goes from page to page, and names each where it stops. Nobody is signed in before and after.</summary>
    public static async IAsyncEnumerable<string> SignInAsync(Visitor visitor, Household home)
    {
        var page = visitor.Page;
        await visitor.GoAsync("/sign-in");
        yield return "sign-in";
        await visitor.GoAsync("/design");
        yield return "design";
        await visitor.GoAsync("/sign-up");
        yield return "sign-up";
        await visitor.GoAsync("/recover");
        yield return "recover";
        await visitor.GoAsync("/zone");
        yield return "zone";
        await visitor.GoAsync("/sign-in");
        await page.GetByLabel(SignInText.SignInName).FillAsync(home.Patient.SignInName);
        await page.GetByLabel(SignInText.Password).FillAsync("wrong");
        await visitor.ClickAsync(SignInText.SignIn);
        yield return "sign-in-wrong";
    }

    /// <summary>Goes from page to page, and names each where it stops. The patient is signed in, and nobody at the end.</summary>
    public static async IAsyncEnumerable<string> WalkAsync(Visitor visitor, Household home)
    {
        var page = visitor.Page;
        await visitor.GoAsync("/tokens");
        yield return "tokens";
        await page.GetByLabel(TokensText.WhatFor).FillAsync("backup on my laptop");
        await visitor.ClickSurelyAsync(TokensText.Make);
        await visitor.SeesAsync(TokensText.CopyNow);
        yield return "tokens-made";
        await visitor.GoAsync("/account");
        yield return "account";
        await foreach (var stop in NoticeWalk.WalkAsync(visitor, home.Patient))
        {
            yield return stop;
        }

        await visitor.GoAsync("/account/offline");
        yield return "keep-offline";
        await visitor.GoAsync("/offline/" + Rapport.Language.Languages.Current.Code);
        yield return "offline";
        await visitor.Server.Modules.People.Accounts.SetOperatorAsync(home.Patient.Person.Id, true, TestContext.Current.CancellationToken);
        await visitor.GoAsync("/operator");
        yield return "operator";
        await page.GetByLabel(OperatorText.AnotherOrganisation).FillAsync("Practice at the river");
        await visitor.ClickAsync(OperatorText.AddIt);
        yield return "operator-organisation";
        await visitor.Server.Modules.People.Accounts.SetOperatorAsync(home.Patient.Person.Id, false, TestContext.Current.CancellationToken);
        await visitor.GoAsync($"/professionals/{home.Doctor.Person.Id}");
        yield return "professional";
        await visitor.GoAsync("/account/close");
        yield return "close";
        await visitor.GoAsync("/closed");
        yield return "closed";
        await visitor.GoAsync("/account/welcome");
        yield return "welcome";
        await visitor.GoAsync("/account/passkeys/new");
        yield return "passkey-new";
        await visitor.GoAsync("/account/password");
        yield return "password";
        await visitor.GoAsync("/confirm");
        yield return "confirm";
        await visitor.GoAsync("/account");
        await visitor.ClickAsync(AccountText.MakeCodes);
        yield return "recovery-codes";
        await visitor.GoAsync("/account");
        await visitor.ClickAsync(AccountText.UseApp);
        yield return "app";
        await visitor.GoAsync("/nothing/here");
        yield return "not-found";
        await visitor.SignOutAsync();
    }
}
