using Microsoft.Playwright;
using Rapport.Language;
using Rapport.Server.Design.Components;
using Rapport.Server.Demo;
using Rapport.Server.Pages.Account;
using Rapport.Server.Pages.Emergency.Card;
using Rapport.Server.Pages.Gather;
using Rapport.Server.Pages.Gather.Columns;
using Rapport.Server.Pages.Gather.Devices;
using Rapport.Server.Pages.Cards;
using Rapport.Server.Pages.Circle;
using Rapport.Server.Pages.Links;
using Rapport.Server.Pages.Open;
using Rapport.Server.Pages.Operator;
using Rapport.Server.Pages.Opinions;
using Rapport.Server.Pages.Outcomes;
using Rapport.Server.Pages.Record.Merging;
using Rapport.Server.Pages.Requests;
using Rapport.Server.Pages.SharedWithMe;
using Rapport.Server.Pages.Sharing;
using Rapport.Server.Pages.Stories;
using Rapport.Server.Pages.Tokens;
using Rapport.Server.SignIn;
using Rapport.Server.Tests.HealthLinks;
using Rapport.TestKit;

namespace Rapport.Server.Tests.Pages;

/// <summary>A walk past every page, each in the state in which there is most to see.</summary>
internal static class Tour
{
    /// <summary>A health link with its passcode, and cards: one whose issuer the server knows, two whose it does not.</summary>
    private static async IAsyncEnumerable<string> LinksAsync(Visitor visitor)
    {
        var (page, links) = (visitor.Page, visitor.Server.Links);
        using var stranger = new HealthCardMake();
        await visitor.GoAsync("/gather");
        await visitor.FollowAsync(LinkText.Heading);
        await visitor.SeesAsync(LinkText.WhatHappens);
        yield return "gather-link";
        await page.GetByLabel(LinkText.Link).FillAsync(links.Link("LP", "Harbour Clinic, vaccines"));
        await visitor.ClickAsync(LinkText.Open);
        await visitor.SeesAsync(LinkText.NothingChanged);
        yield return "gather-link-passcode";
        await page.GetByLabel(LinkText.Passcode).FillAsync(LinkServer.Passcode);
        await visitor.ClickAsync(LinkText.Open);
        await visitor.SeesAsync(GatherText.ItIsIn);
        yield return "gather-link-taken";
        await visitor.GoAsync("/gather/link");
        await page.GetByLabel(LinkText.Link).FillAsync(string.Join('\n', ((string[])
        [
            links.Issuer.Card("https://cards.harbour.example", Files.Vaccine("C1"), expires: 1_800_000_000), stranger.Card("https://health.elsewhere.example/issuer", Files.Vaccine("C2"), expires: 1_750_000_000),
        ]).Select(card => "shc:/" + HealthCardMake.Digits(card))));
        await visitor.ClickAsync(LinkText.Open);
        await visitor.SeesAsync(GatherText.ItIsIn);
        yield return "gather-cards";
        await visitor.FollowAsync(GatherText.AboutSource);
        await visitor.SeesAsync(CardText.Heading);
        yield return "source-cards";
        await visitor.GoAsync("/gather/link");
        await page.GetByLabel(LinkText.Link).FillAsync("shc:/" + HealthCardMake.Digits(links.Issuer.Card("https://cards.harbour.example", Files.Vaccine("C3"), notBefore: 4_000_000_000)));
        await visitor.ClickAsync(LinkText.Open);
        await visitor.SeesAsync(GatherText.NothingTaken);
        yield return "gather-card-refused";
    }

    /// <summary>A link that the patient gives: the way to it, the link, its paper, and what whoever has it sees.</summary>
    private static async IAsyncEnumerable<string> GivenLinksAsync(Visitor visitor)
    {
        var page = visitor.Page;
        await visitor.GoAsync(EmergencyCardPlaces.Edit);
        yield return "emergency-card-edit";
        await visitor.ClickAsync(EmergencyCardText.MakeIt);
        yield return "emergency-card";
        await visitor.GoAsync(EmergencyCardPlaces.Paper(Languages.Current.Code));
        yield return "emergency-card-paper";
        await visitor.GoAsync(CardPlaces.New);
        await page.Locator("input[name=entry]").First.CheckAsync();
        yield return "card-new";
        await page.GetByLabel(LinkPagesText.Name).FillAsync("For the school");
        await visitor.ClickAsync(SharingText.ShowReview);
        yield return "card-review";
        await visitor.ClickAsync(HealthCardText.MakeIt);
        yield return "card";
        await visitor.GoAsync("/share/links");
        yield return "links-none";
        await visitor.FollowAsync(LinkPagesText.GiveLink);
        yield return "link-what";
        await visitor.ClickAsync(SharingText.Continue);
        await visitor.ClickAsync(SharingText.ShowReview);
        await visitor.SeesAsync(SharingText.LookAgain);
        yield return "link-until-problems";
        await page.GetByLabel(LinkPagesText.Name).FillAsync("For Dr Meyer");
        await visitor.ClickAsync(SharingText.ShowReview);
        await visitor.SeesAsync(LinkPagesText.ReviewHeading);
        await page.Locator("summary").First.ClickAsync();
        yield return "link-review";
        await page.Locator("button[name=in]").First.ClickAsync();
        yield return "link-items";
        await page.GoBackAsync();
        await page.Locator("#passcode").FillAsync("4711 doors");
        await visitor.ClickAsync(LinkPagesText.MakeIt);
        await visitor.SeesAsync(Visitor.Words(LinkPagesText.DoneMade));
        yield return "link-made";
        var (place, address) = (page.Url, await page.Locator("#address").InnerTextAsync());
        await visitor.FollowAsync(LinkPagesText.ForPaper);
        yield return "link-paper";
        await visitor.GoAsync("/open");
        yield return "open";
        await visitor.OpenLinkAsync(address, "Dr Meyer, Harbour Clinic", script: true, "an appointment", "wrong");
        await visitor.SeesAsync(Say.Fill(OpenText.WrongPasscode, "9"));
        yield return "open-wrong";
        await page.Locator("#passcode").FillAsync("4711 doors");
        await visitor.ClickAsync(OpenText.Open);
        await visitor.SeesAsync(OpenText.ToSave);
        await page.GetByLabel(OpenText.Note).FillAsync("Your potassium is fine. See you in May.");
        await page.GetByLabel(OpenText.File).SetInputFilesAsync(Files.Of("letter.pdf", "%PDF-1.4 a letter"u8.ToArray()));
        await visitor.ClickAsync(OpenText.Send);
        await visitor.SeesAsync(OpenText.Sent);
        await page.Locator("details.came summary").ClickAsync();
        await visitor.ClickAsync(OutcomeText.AvoidedTest);
        await visitor.SeesAsync(OutcomeText.DoneTold);
        yield return "opened";
        await visitor.GoAsync("/share/links/received");
        yield return "link-received";
        await visitor.GoAsync(place);
        yield return "link";
        await visitor.GoAsync("/share/links");
        yield return "links";
        await page.Locator("button.ends[popovertarget]").First.ClickAsync();
        yield return "link-end";
        await visitor.ClickAsync(LinkPagesText.EndNow);
        await visitor.SeesAsync(Visitor.Words(LinkPagesText.DoneEnded));
        yield return "links-ended";
    }

    /// <summary>Inviting somebody, and parting from them.</summary>
    private static async IAsyncEnumerable<string> CirclesAsync(Visitor visitor, Household home)
    {
        var people = visitor.Server.Modules.People;
        await visitor.GoAsync(CirclePlaces.Invitations);
        yield return "invitations-none";
        await visitor.ClickAsync(InvitationText.MakeIt);
        await visitor.SeesAsync(InvitationText.ChooseAs);
        yield return "invitations-problem";
        var address = await visitor.InviteAsync(Say.Sentence(CircleText.Friend));
        yield return "invited";
        await visitor.GoAsync(CirclePlaces.Invitations);
        yield return "invitations";
        await visitor.BringAsync(address, script: true);
        await visitor.SeesAsync(InvitationText.YourOwn);
        yield return "invitation-own";
        await visitor.GoAsync(CirclePlaces.RemoveOf(home.Doctor.Person.Reference));
        yield return "circle-remove";
        await visitor.GoAsync(CirclePlaces.BlockOf(home.Doctor.Person.Reference));
        yield return "block";
        await people.Blocks.AddAsync(home.Patient.Person, home.Stranger.Person, TestContext.Current.CancellationToken);
        await visitor.GoAsync(CirclePlaces.Blocked);
        yield return "blocked";
        await people.Circle.AddAsync(home.Patient.Person.Record!.Value, home.Stranger.Person.Id, "friend", TestContext.Current.CancellationToken);
        await people.Circle.LeaveAsync(home.Patient.Person.Record!.Value, home.Stranger.Person.Id, TestContext.Current.CancellationToken);
        await visitor.GoAsync(CirclePlaces.All);
        yield return "circle-left";
        await visitor.SignOutAsync();

        await visitor.GoAsync(CirclePlaces.Join);
        yield return "join";
        await visitor.BringAsync(address, script: true);
        await visitor.SeesAsync(InvitationText.NextHeading);
        yield return "invitation";
        await visitor.FollowAsync(InvitationText.SignIn);
        await visitor.SignInAsync(home.Carer);
        await visitor.GoAsync(CirclePlaces.Invitation);
        yield return "invitation-answer";
        await visitor.ClickAsync(InvitationText.Accept);
        await visitor.SeesAsync(PartingText.DoneJoined);
        yield return "circles";
        await visitor.GoAsync($"{CirclePlaces.Leave}?patient={home.Patient.Person.Record}");
        yield return "circle-leave";
        await visitor.GoAsync(CirclePlaces.Invitation);
        yield return "invitation-over";
        await visitor.SignOutAsync();
        await visitor.SignInAsync(home.Patient);
    }

    /// <summary>Goes from page to page, and names each where it stops.</summary>
    public static async IAsyncEnumerable<string> WalkAsync(Visitor visitor)
    {
        var home = await Household.MoveInAsync(visitor.Server);
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

        await visitor.SignInAsync(home.Patient);
        yield return "record";
        await page.Locator(".trend a").First.ClickAsync();
        yield return "chart";
        await visitor.GoAsync("/record/timeline?kind=results&from=2020&to=2024");
        yield return "record-kind";
        await visitor.GoAsync("/record/timeline?q=pressure");
        yield return "record-search";
        await visitor.GoAsync("/record/timeline?q=nothing-of-the-kind&from=soon");
        yield return "record-nothing";
        await visitor.GoAsync("/record/print");
        yield return "record-print";
        await visitor.GoAsync("/record/print?kind=visits&all=1");
        yield return "record-print-all";
        await visitor.GoAsync("/record?kind=results");
        await page.Locator(".row a").First.ClickAsync();
        yield return "entry";
        await page.GetByRole(AriaRole.Link, new() { Name = Server.Pages.Record.RecordText.OverTime }).ClickAsync();
        await page.Locator(".chart summary").ClickAsync();
        await page.EvaluateAsync("scrollTo(0, 0)");
        yield return "chart-table";
        await visitor.GoAsync("/record?kind=documents");
        await page.Locator(".row a").First.ClickAsync();
        yield return "entry-document";

        await home.Patient.ImportAsync(visitor.Server, Household.DemoDischarge(), "discharge.xml");
        await visitor.GoAsync("/record/timeline?kind=conditions");
        yield return "record-merged";
        await page.Locator(".row", new() { HasTextString = Say.Fill(MergingText.Sources, "2") }).GetByRole(AriaRole.Link).First.ClickAsync();
        await visitor.SeesAsync(MergingText.AlsoTold);
        yield return "entry-same";
        await visitor.FollowAsync(MergingText.ToldTwiceLink);
        yield return "entry-join";

        await visitor.EnterAsync(FrameText.Gather);
        yield return "gather";
        await visitor.FollowAsync(GatherText.ByHand);
        await visitor.SeesAsync(HandText.Heading);
        yield return "gather-by-hand";
        await visitor.ClickAsync(HandText.Save);
        await visitor.SeesAsync(HandText.LookAgain);
        yield return "gather-by-hand-problems";
        await visitor.GoAsync("/gather/devices");
        await visitor.SeesAsync(DevicesText.Heading);
        yield return "devices-none";
        await page.GetByLabel(DevicesText.Name).FillAsync("Watch");
        await page.GetByLabel(MetricText.HeartRate, new() { Exact = true }).CheckAsync();
        await page.GetByLabel(MeasurandText.Weight, new() { Exact = true }).CheckAsync();
        await visitor.ClickAsync(DevicesText.Make);
        await visitor.ShowWhoOneIsIfAskedAsync();
        await visitor.SeesAsync(DevicesText.CopyNow);
        await page.GetByText(DevicesText.Example).ClickAsync();
        yield return "devices";
        await page.GetByRole(AriaRole.Button, new() { Name = DevicesText.StopOpen }).ClickAsync();
        yield return "devices-stop";
        await visitor.ClickAsync(DevicesText.Stop);
        await visitor.SeesAsync(DevicesText.Stopped);
        await visitor.GoAsync("/gather");
        await page.GetByLabel(GatherText.YourFile).SetInputFilesAsync(Files.Of("blutzucker.csv", Files.Meter));
        await visitor.ClickAsync(GatherText.BringIn);
        await visitor.SeesAsync(ColumnsText.AsksTitle);
        yield return "gather-columns-asked";
        await visitor.FollowAsync(ColumnsText.SayIt);
        await visitor.SeesAsync(ColumnsText.Heading);
        yield return "gather-columns";
        await visitor.ClickAsync(ColumnsText.ShowMe);
        await visitor.SeesAsync(ColumnsText.Problems);
        yield return "gather-columns-problems";
        await page.GetByLabel(Visitor.Words(ColumnsText.UnitOf, "Gewicht"), new() { Exact = true }).SelectOptionAsync("kg");
        await visitor.ClickAsync(ColumnsText.ShowMe);
        await visitor.SeesAsync(ColumnsText.CheckHeading);
        yield return "gather-columns-check";

        // Another window said something else meanwhile.
        await page.Locator("input[name=shown]").EvaluateAsync("field => field.value = '0'");
        await visitor.ClickAsync(ColumnsText.AddIt);
        await visitor.SeesAsync(ColumnsText.ChangedSince);
        yield return "gather-columns-changed";
        await visitor.ClickAsync(ColumnsText.AddIt);
        await visitor.SeesAsync(GatherText.ItIsIn);
        yield return "gather-columns-taken";
        await visitor.FollowAsync(ColumnsText.LookAtTold);
        await visitor.SeesAsync(ColumnsText.ToldHeading);
        yield return "gather-columns-told";
        await visitor.GoAsync("/gather");
        await page.GetByLabel(GatherText.YourFile).SetInputFilesAsync(Files.Of("phone.zip", new DemoDevices(new DateOnly(2026, 2, 28)).Export()));
        await visitor.ClickAsync(GatherText.BringIn);
        await visitor.SeesAsync(GatherText.ItIsIn);
        yield return "gather-phone";
        await visitor.FollowAsync(GatherText.AboutSource);
        await visitor.SeesAsync(GatherText.WhatWasIn);
        yield return "source";
        await page.GetByRole(AriaRole.Button, new() { Name = GatherText.TakeBackOpen }).ClickAsync();
        yield return "source-take-back";
        await visitor.GoAsync("/record/timeline?q=watch+heart");
        await page.Locator(".row a").First.ClickAsync();
        await visitor.SeesAsync(Server.Pages.Record.RecordText.WhereItCameFrom);
        yield return "entry-series";
        await visitor.FollowAsync(Server.Pages.Record.Series.SeriesText.Look);
        yield return "series";
        await page.Locator(".series summary").ClickAsync();
        await page.EvaluateAsync("scrollTo(0, 0)");
        yield return "series-table";
        await visitor.GoAsync("/record/timeline?q=sinus");
        await page.Locator(".row a").First.ClickAsync();
        await visitor.FollowAsync(Server.Pages.Record.Ecg.EcgText.Look);
        await visitor.SeesAsync(Server.Pages.Record.Ecg.EcgText.NotADiagnosis);
        yield return "ecg";
        await foreach (var name in LinksAsync(visitor))
        {
            yield return name;
        }
        await visitor.EnterAsync(FrameText.Gather);
        await page.GetByLabel(GatherText.YourFile).SetInputFilesAsync(Files.Of("broken.json", """{"resourceType":"Observation","status":"final","value":1,"component":[{}]}"""u8));
        await visitor.ClickAsync(GatherText.BringIn);
        await visitor.SeesAsync(GatherText.NothingTaken);
        yield return "gather-refused";
        await visitor.GoAsync("/gather");
        await page.GetByLabel(GatherText.YourFile).SetInputFilesAsync(Files.Of("other.json", Files.AboutSomebodyElse));
        await visitor.ClickAsync(GatherText.BringIn);
        await visitor.SeesAsync(GatherText.IsAboutYou);
        yield return "gather-doubt";
        await visitor.ClickAsync(GatherText.TakeIt);
        await visitor.SeesAsync(GatherText.ItIsIn);
        yield return "gather-taken";
        await foreach (var name in JobTour.WalkAsync(visitor, home.Patient))
        {
            yield return name;
        }

        await visitor.EnterAsync(FrameText.Share);
        yield return "share-nobody";
        await visitor.FollowAsync(SharingText.ShareWithSomeone);
        yield return "share-who";
        await visitor.ClickAsync(SharingText.Continue);
        yield return "share-who-problems";
        await visitor.ChooseWhoAsync("Dr Lee", SharingText.AimOpinion);
        yield return "share-what-problem";
        await visitor.ClickAsync(SharingText.Back);
        await visitor.ChooseWhoAsync("Dr Lee", SharingText.AimTreat);
        yield return "share-what";
        await visitor.ChooseKindsAsync(["conditions", "medicines", "results", "you"], "HIV");
        yield return "share-until";
        await visitor.UnfoldAsync();
        await page.GetByLabel(SharingText.ChosenDay).CheckAsync();
        await visitor.ClickAsync(SharingText.ShowReview);
        yield return "share-until-problems";
        await page.GetByLabel(SharingText.LastDay).FillAsync(visitor.Server.Clock.GetUtcNow().AddDays(10).ToString("yyyy-MM-dd"));
        await visitor.ClickAsync(SharingText.ShowReview);
        await visitor.ShowWhoOneIsIfAskedAsync();
        await visitor.SeesAsync(SharingText.ReviewHeading);
        await page.Locator("summary").First.ClickAsync();
        yield return "share-review";
        await page.Locator("button[name=in]").First.ClickAsync();
        yield return "share-items";
        await page.GoBackAsync();
        await visitor.ClickAsync(Say.Fill(SharingText.ShareWith, "Dr Lee"));
        await visitor.SeesAsync(Visitor.Words(SharingText.DoneShared));
        yield return "share-done";
        await visitor.FollowAsync(Visitor.Words(SharingText.Change, "Dr Lee"));
        yield return "share-change";
        await visitor.GoAsync("/record?kind=agreements");
        await page.Locator(".row a").First.ClickAsync();
        yield return "agreement";
        await visitor.GoAsync($"/share/see?who={home.Doctor.Person.Reference}");
        yield return "see-as";

        await foreach (var stop in GivenLinksAsync(visitor))
        {
            yield return stop;
        }

        await foreach (var name in LabelTour.WalkAsync(visitor, home))
        {
            yield return name;
        }

        await visitor.GoAsync("/circle");
        yield return "circle";
        await foreach (var stop in CirclesAsync(visitor, home))
        {
            yield return stop;
        }

        await visitor.GoAsync("/tokens");
        yield return "tokens";
        await page.GetByLabel(TokensText.WhatFor).FillAsync("backup on my laptop");
        await visitor.ClickAsync(TokensText.Make);
        await visitor.SeesAsync(TokensText.CopyNow);
        yield return "tokens-made";
        await visitor.GoAsync("/account");
        yield return "account";
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

        await visitor.SignInAsync(home.Carer);
        yield return "circle-alone";
        await visitor.SignOutAsync();

        await visitor.SignInAsync(home.Doctor);
        yield return "shared";
        await visitor.FollowAsync("Maya Castellanos");
        await visitor.SeesAsync(Server.Pages.Record.RecordText.Problems);
        yield return "shared-summary";
        await visitor.FollowAsync(SharedText.Timeline);
        await visitor.SeesAsync(Server.Pages.Record.RecordText.NarrowByYears);
        yield return "shared-record";
        await page.Locator(".row a").First.ClickAsync();
        yield return "shared-entry";
        await visitor.SignOutAsync();

        // A question that is asked and answered, seen by both.
        var vouched = await visitor.VouchAsync(home.Doctor);
        await visitor.SignInAsync(home.Patient);
        await visitor.GoAsync(OpinionEndpoints.Home);
        yield return "opinions-none";
        await foreach (var step in visitor.AskAsync(home, vouched))
        {
            yield return step;
        }

        yield return "opinion-waits";
        await visitor.SignOutAsync();
        await visitor.SignInAsync(home.Doctor);
        await foreach (var step in visitor.AnswerAsync(OpinionText.ChooseRefines, "Your values at home are good enough to wait.", home.Patient.Person.DisplayName))
        {
            yield return step;
        }

        await visitor.SignOutAsync();
        await visitor.SignInAsync(home.Patient);
        await visitor.SeesAsync(OpinionText.NewsLook);
        yield return "record-opinion";
        await visitor.GoAsync(OpinionEndpoints.Home);
        yield return "opinions";
        await page.Locator(".card h2 a").First.ClickAsync();
        yield return "opinion";
        await visitor.GoAsync("/ledger");
        await page.Locator(".outcome a").First.ClickAsync();

        // The link leads to a place in the page: from its top nothing lies under the head that stays.
        await visitor.GoAsync(new Uri(page.Url).AbsolutePath);
        yield return "ledger-look";
        await visitor.SignOutAsync();
        await visitor.SignInAsync(home.Doctor);
        await visitor.GoAsync(OutcomeEndpoints.Looked);
        await page.Locator("details.came summary").First.ClickAsync();
        yield return "looked";
        await visitor.ClickAsync(OutcomeText.FoundSomething);
        await visitor.SeesAsync(OutcomeText.DoneTold);
        yield return "looked-told";
        await visitor.EnterAsync(FrameText.Requests);
        yield return "requests-none";
        await visitor.FollowAsync(RequestText.AskSomeone);
        await visitor.SeesAsync(RequestText.PurposeHeading);
        yield return "request-purpose";
        await visitor.FollowAsync(RequestText.AimArrange);
        await visitor.SeesAsync(RequestText.AskHeading);
        yield return "request";
        await visitor.ClickAsync(RequestText.Send);
        await visitor.SeesAsync(RequestText.LookAgain);
        yield return "request-problems";
        await visitor.AskAsync("nobody-of-this-name", RequestText.AimOpinion);
        await visitor.AskAsync(home.Patient.SignInName, RequestText.AimTreat);
        yield return "requests";
        await visitor.SignOutAsync();

        await visitor.SignInAsync(home.Carer);
        await visitor.AskAsync(home.Patient.SignInName, RequestText.AimHelp);
        yield return "requests-other";
        await visitor.SignOutAsync();

        await visitor.SignInAsync(home.Patient);
        yield return "record-asked";
        var clinic = (await visitor.Server.Modules.People.Directory.AddOrganisationAsync("Harbour Street Practice", TestContext.Current.CancellationToken)).Value!;
        await visitor.Server.Modules.People.Directory.VouchAsync(
            clinic.Id, home.Doctor.Person.Id, new() { Role = "general practitioner", Until = visitor.Server.Clock.GetUtcNow().AddYears(1), VerifiedBy = "Ann Clerk" }, TestContext.Current.CancellationToken);
        await visitor.EnterAsync(FrameText.Share);
        yield return "share-asked";
        await visitor.ClickAsync(Visitor.Words(RequestText.No, "Sam"));
        await visitor.SeesAsync(RequestText.NoMeans);
        yield return "share-asked-no";
        await visitor.Page.GetByLabel(RequestText.NoForGood).Last.CheckAsync();
        await visitor.ClickAsync(RequestText.SayNo);
        await visitor.SeesAsync(Visitor.Words(RequestText.DoneRefused));
        await visitor.Page.GetByText(Say.Count(RequestText.RefusedAskers, 1)).ClickAsync();
        yield return "share-refused";
        await visitor.FollowAsync(Visitor.Words(RequestText.Yes, "Dr Lee"));
        await visitor.SeesAsync(SharingText.ReviewHeading);
        await visitor.EnterAsync(FrameText.Ledger);
        yield return "ledger";
        await Assertions.Expect(page.Locator(".check[data-state=done]")).ToBeVisibleAsync();
        await page.Locator(".first .row summary").First.ClickAsync();
        await page.Locator(".filter summary").ClickAsync();
        await page.Locator(".proof summary").ClickAsync();
        yield return "ledger-open";
        await visitor.GoAsync("/ledger/lines?what=looks");
        yield return "ledger-lines";
        await visitor.GoAsync("/ledger");
        await page.Locator(".first .row summary").First.ClickAsync();
        await page.Locator(".first li li a").Last.ClickAsync();
        await page.Locator("main > details > summary").Last.ClickAsync();
        await page.EvaluateAsync("scrollTo(0, 0)");
        yield return "ledger-entry";
        await foreach (var name in visitor.TellStoryAsync(home))
        {
            yield return name;
        }

        await visitor.GoAsync("/share/new");
        await page.Locator(".others-told summary").First.ClickAsync();
        yield return "share-who-others";
        await visitor.GoAsync(StoryEndpoints.Home);
        await visitor.Server.Modules.People.Accounts.SetOperatorAsync(home.Patient.Person.Id, true, TestContext.Current.CancellationToken);
        await page.GetByRole(AriaRole.Button, new() { Name = StoriesText.Report }).First.ClickAsync();
        await visitor.SeesAsync(StoriesText.DoneReported);
        await visitor.GoAsync(StoryEndpoints.Reported);
        yield return "operator-stories";
        await visitor.Server.Modules.People.Accounts.SetOperatorAsync(home.Patient.Person.Id, false, TestContext.Current.CancellationToken);
        await visitor.EnterAsync(FrameText.Share);
        await page.GetByRole(AriaRole.Button, new() { Name = Visitor.Words(SharingText.Stop, "Dr Lee") }).ClickAsync();
        await visitor.SeesAsync(SharingText.StopMeans);
        yield return "share-stop";
        await visitor.ClickAsync(SharingText.StopNow);
        await visitor.SeesAsync(Visitor.Words(SharingText.DoneStopped));
        yield return "share-stopped";
        await visitor.SignOutAsync();

        await foreach (var name in EmergencyWalk.WalkAsync(visitor, home, clinic.Id))
        {
            yield return name;
        }

        await foreach (var name in MoreThanLookingWalk.WalkAsync(visitor, home))
        {
            yield return name;
        }

        await foreach (var name in ActingWalk.WalkAsync(visitor, home))
        {
            yield return name;
        }

        await foreach (var name in SuccessionWalk.WalkAsync(visitor, home))
        {
            yield return name;
        }
    }
}
