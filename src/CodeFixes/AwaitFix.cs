using System.Composition;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;

namespace Autograd.CodeFixes;

/// <summary>
/// AG0002: an await that comes first in the scope of a tape is moved in front of it, if it is a statement by itself and nothing of the
/// library goes into it or comes out of it: that might be recorded.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class AwaitFix : RuleFix
{
    /// <summary>Creates the fix.</summary>
    public AwaitFix() : base("AG0002", "Await before the tape begins")
    {
    }

    private protected override SyntaxNode? Fix(Find find)
    {
        if (find.Expression is not AwaitExpressionSyntax awaited || StatementOf(awaited) is not { ContainsDirectives: false } statement
            || awaited.DescendantNodesAndSelf().Any(find.IsOfLibrary))
            return null;
        return statement.Parent is BlockSyntax { Parent: UsingStatementSyntax { Parent: BlockSyntax } scope } block
            && block.Statements[0] == statement
            ? OutOf(scope, statement, find)
            : BeforeDeclaration(statement.Parent is GlobalStatementSyntax global ? global : statement, find);
    }

    // The statement whose only work is to await.
    static StatementSyntax? StatementOf(AwaitExpressionSyntax awaited) => awaited.Parent switch
    {
        ExpressionStatementSyntax statement => statement,
        AssignmentExpressionSyntax { Left: IdentifierNameSyntax, Parent: ExpressionStatementSyntax statement } assignment
            when assignment.IsKind(SyntaxKind.SimpleAssignmentExpression) => statement,
        EqualsValueClauseSyntax
        {
            Parent: VariableDeclaratorSyntax
            {
                Parent: VariableDeclarationSyntax { Variables.Count: 1, Parent: LocalDeclarationStatementSyntax statement },
            },
        } when statement.UsingKeyword.IsKind(SyntaxKind.None) => statement,
        _ => null,
    };

    // using (var tape = new Tape()) { await ...; }
    static SyntaxNode? OutOf(UsingStatementSyntax scope, StatementSyntax statement, Find find)
    {
        if (!BeginsTape(scope.Declaration, scope.Expression, find) || scope.GetFirstToken().ContainsDirectives
            || IsNamedOutside(statement, scope, find.Root))
            return null;
        var rest = scope.RemoveNode(statement, SyntaxRemoveOptions.KeepNoTrivia)!.WithAdditionalAnnotations(Formatter.Annotation);
        return find.Root.ReplaceNode(scope, new SyntaxNode[] { statement.WithAdditionalAnnotations(Formatter.Annotation), rest });
    }

    // A variable that the statement declares means something in the whole block then, where another one may have its name.
    static bool IsNamedOutside(StatementSyntax statement, SyntaxNode scope, SyntaxNode root) =>
        statement is LocalDeclarationStatementSyntax { Declaration.Variables: var variables } && root.DescendantTokens()
            .Any(token => token.Text == variables[0].Identifier.Text && !scope.Span.Contains(token.Span));

    // using var tape = new Tape(); await ...;
    static SyntaxNode? BeforeDeclaration(SyntaxNode statement, Find find)
    {
        var before = statement.Parent!.ChildNodes().TakeWhile(node => node != statement).LastOrDefault();
        return (before is GlobalStatementSyntax global ? global.Statement : before) is LocalDeclarationStatementSyntax
        {
            UsingKeyword.RawKind: (int)SyntaxKind.UsingKeyword, ContainsDirectives: false,
        } declared && BeginsTape(declared.Declaration, null, find)
            ? find.Root.ReplaceNodes([before, statement], (node, _) => node == before ? statement : before)
            : null;
    }

    static bool BeginsTape(VariableDeclarationSyntax? declaration, ExpressionSyntax? expression, Find find) =>
        (declaration is { Variables: { Count: 1 } variables } ? variables[0].Initializer?.Value : expression)
            is BaseObjectCreationExpressionSyntax { ArgumentList: null or { Arguments.Count: 0 }, Initializer: null } made
        && find.TypeOf(made) is { Name: "Tape" } && find.IsOfLibrary(made);
}
