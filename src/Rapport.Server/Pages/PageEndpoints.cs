using Microsoft.AspNetCore.Http.HttpResults;
using Rapport.Server.Design;
using Rapport.Server.Hosting;
using Rapport.Server.Pages.Account;
using Rapport.Server.Pages.Acting;
using Rapport.Server.Pages.Cards;
using Rapport.Server.Pages.CheckIns;
using Rapport.Server.Pages.Circle;
using Rapport.Server.Pages.Commenting;
using Rapport.Server.Pages.Contributing;
using Rapport.Server.Pages.Conversations;
using Rapport.Server.Pages.Conversations.Files;
using Rapport.Server.Pages.Conversations.Reports;
using Rapport.Server.Pages.Conversations.Teams;
using Rapport.Server.Pages.Design;
using Rapport.Server.Pages.Emergency;
using Rapport.Server.Pages.Emergency.Card;
using Rapport.Server.Pages.Gather;
using Rapport.Server.Pages.Ledger;
using Rapport.Server.Pages.Links;
using Rapport.Server.Pages.Open;
using Rapport.Server.Pages.Operator;
using Rapport.Server.Pages.Notices;
using Rapport.Server.Pages.Opinions;
using Rapport.Server.Pages.Outcomes;
using Rapport.Server.Pages.PassingOn;
using Rapport.Server.Pages.Professionals;
using Rapport.Server.Pages.Record;
using Rapport.Server.Pages.Requests;
using Rapport.Server.Pages.SharedWithMe;
using Rapport.Server.Pages.Sharing;
using Rapport.Server.Pages.Stories;
using Rapport.Server.Pages.Succession;
using Rapport.Server.Pages.Told;
using Rapport.Server.Pages.Tokens;
using Rapport.Server.Pages.Zone;
using Rapport.Server.SignIn;

namespace Rapport.Server.Pages;

/// <summary>All pages, by what people do.</summary>
internal static class PageEndpoints
{
    public static void MapPages(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapSiteFiles();
        endpoints.MapSignIn();
        endpoints.MapSignUp();
        endpoints.MapLanguage();
        endpoints.MapZone();
        endpoints.MapOpen();
        endpoints.MapJoining();
        endpoints.MapMailLinks();
        endpoints.MapGet("/design", () => new RazorComponentResult<DesignPage>()).AllowAnonymous().ExcludeFromDescription();

        var pages = endpoints.MapGroup("").RequireAuthorization().ExcludeFromDescription().AddEndpointFilter<ActingFilter>();
        pages.MapHome();
        pages.MapTold();
        pages.MapRecord();
        pages.MapGather(endpoints.ServiceProvider.GetRequiredService<ServerSettings>().MaxUploadBytes);
        pages.MapSharing();
        pages.MapLinkPages();
        pages.MapCardPages();
        pages.MapOwnDoor();
        pages.MapEmergencyCard();
        pages.MapBreakGlass();
        pages.MapEmergencyReviews();
        pages.MapLedger();
        pages.MapOutcomes();
        pages.MapStories();
        pages.MapOpinions();
        pages.MapOpinionsAsked();
        pages.MapSharedWithMe();
        pages.MapPassingOn();
        pages.MapContributing();
        pages.MapCommenting();
        pages.MapDelegations();
        pages.MapActing();
        pages.MapChildren();
        pages.MapSettingSuccession();
        pages.MapAskingForAccess();
        pages.MapRequests();
        pages.MapCircle();
        pages.MapInviting();
        pages.MapAnswering();
        pages.MapParting();
        pages.MapBlocking();
        pages.MapTalkList();
        pages.MapNewTalk();
        pages.MapTeamInbox();
        pages.MapReports();
        pages.MapTeamPromise();
        pages.MapTeamAway();
        pages.MapTeamTemplates();
        pages.MapTeamFigures();
        pages.MapTalk();
        pages.MapTalkFiles(endpoints.ServiceProvider.GetRequiredService<ServerSettings>().MaxMessageFileBytes);
        pages.MapTalkActs();
        pages.MapCheckIns();
        pages.MapTokens();
        pages.MapAccount();
        pages.MapNotices();
        pages.MapConfirm();
        pages.MapOperator();
        pages.MapProfessionals();
    }
}
